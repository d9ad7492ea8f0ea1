"""The profiles that an attachment carries and those that an office gives, by name."""

from collections.abc import Mapping

from habilis_server.rulebook.profiles import LEGACY_SECONDARY_MANAGER, PRINCIPAL_MANAGER
from habilis_server.rulebook.rulebook import Profile
from habilis_server.world import DEFAULT_PROFILES, Attachment

__all__ = ["default_set", "held_by_tie", "of_office"]


def default_set(profiles: Mapping[str, Profile]) -> frozenset[str]:
    """The profiles of the default set, as the policy has it (R26)."""
    return frozenset(each.id for each in profiles.values() if each.default and each.granted_by)


def held_by_tie(attachment: Attachment, profiles: Mapping[str, Profile]) -> frozenset[str]:
    """What the attachment carries; no office's, and nothing that the policy does not know."""
    if attachment.profiles == DEFAULT_PROFILES:
        held = default_set(profiles)
    else:
        held = frozenset(attachment.profiles)
    grantable = frozenset(profile.id for profile in profiles.values() if profile.granted_by)
    return ((held | attachment.also) - attachment.but) & grantable


def of_office(profiles: Mapping[str, Profile], *, manager: bool, legacy: bool) -> frozenset[str]:
    """What comes with the offices that somebody holds, and nobody can take away."""
    offices = {
        office
        for office, held in ((PRINCIPAL_MANAGER, manager), (LEGACY_SECONDARY_MANAGER, legacy))
        if held
    }
    return frozenset(each.id for each in profiles.values() if each.ex_officio & offices)
