"""What a person holds on a perimeter, as one integer: a bit for each state, profile and role.

The bits stand in the order of the checks, so the lowest missing bit of a rule
is the check that failed first. One integer answers what Casbin's role
definitions `g` and `g2` answer one link at a time.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

from habilis import Perimeter, Reason
from habilis_server.engine import words
from habilis_server.rulebook import Rulebook
from habilis_server.rulebook.profiles import LEGACY_SECONDARY_MANAGER, PRINCIPAL_MANAGER
from habilis_server.world import World
from habilis_server.world.facts import DEFAULT_PROFILES, Account, Attachment

__all__ = ["Reach"]

_STRUCTURE_ACTIVE: Final = 1 << 0
_MEMBER: Final = 1 << 1
_COVERED: Final = 1 << 2
_SERVICE_ACTIVE: Final = 1 << 3
_FIRST_PROFILE: Final = 4
_MOST_KEPT: Final = 10_000  # sets of profiles whose bits are remembered (P12)


class Reach:
    """The bits of one rulebook, and how the facts fill them.

    `bits`: by the word of a policy line; 0 asks nothing. `reason_of` and
    `stage_of`: by the bit length of the lowest missing bit; profiles are one
    stage, roles are one.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        profiles = sorted(rulebook.profiles)
        self._profile_bits = {
            profile: 1 << (_FIRST_PROFILE + index) for index, profile in enumerate(profiles)
        }
        self._manager = 1 << (_FIRST_PROFILE + len(profiles))
        self._support = self._manager << 1
        self._covers_services = rulebook.vocabulary.readings.structure_covers_services
        self._grantable = sum(
            self._profile_bits[profile.id]
            for profile in rulebook.profiles.values()
            if profile.granted_by
        )
        self._default = self._grantable & self._mask(
            profile.id for profile in rulebook.profiles.values() if profile.default
        )
        self._legacy_office = self._office(rulebook, LEGACY_SECONDARY_MANAGER)
        self._manager_office = (
            self._office(rulebook, PRINCIPAL_MANAGER) | self._manager | _MEMBER | _COVERED
        )
        self._carried: dict[object, int] = {DEFAULT_PROFILES: self._default}
        self.bits: Mapping[str, int] = {
            words.STRUCTURE_ANY: 0,
            words.STRUCTURE_ACTIVE: _STRUCTURE_ACTIVE,
            words.MEMBER: _MEMBER,
            words.COVERED: _COVERED,
            words.SERVICE_ANY: 0,
            words.SERVICE_ACTIVE: _SERVICE_ACTIVE,
            words.ANYONE: 0,
            **{words.profile_word(name): bit for name, bit in self._profile_bits.items()},
            words.PRINCIPAL_MANAGER: self._manager,
            words.SUPPORT: self._support,
        }
        self.reason_of: tuple[Reason, ...] = (
            Reason.CONDITION_NOT_MET,  # no bit is missing, so it was a condition
            Reason.STRUCTURE_INACTIVE,
            Reason.NOT_ATTACHED,
            Reason.SERVICE_OUT_OF_SCOPE,
            Reason.SERVICE_INACTIVE,
            *(Reason.PROFILE_MISSING for _ in profiles),
            Reason.PRINCIPAL_MANAGER_ONLY,
            Reason.SUPPORT_ONLY,
        )
        self.stage_of: tuple[int, ...] = _stages(self.reason_of)

    def first_missing(self, missing: int) -> tuple[Reason, str]:
        """The reason of the lowest missing bit, and the words of what its stage lacks."""
        failed = (missing & -missing).bit_length()
        stage = self.stage_of[failed]
        lacking = [
            word.partition(":")[2]
            for word, bit in self.bits.items()
            if bit & missing and self.stage_of[bit.bit_length()] == stage
        ]
        return self.reason_of[failed], f"lacks {', '.join(lacking)}"

    def anywhere(self, account: Account) -> int:
        """What the person holds without any perimeter."""
        return self._support if account.support else 0

    def on(self, account: Account, perimeter: Perimeter, world: World) -> int:
        """What the person holds on this perimeter, and the perimeter's own state.

        The structure, and the service where there is one, are in the World.
        """
        name, service = perimeter
        structure = world.structures[name]
        held = self._support if account.support else 0
        if structure.active:
            held |= _STRUCTURE_ACTIVE
        if service is None or world.services[perimeter].active:
            held |= _SERVICE_ACTIVE
        whole: Attachment | None = None
        ties = world.attachments.get(account.id)
        if ties is not None:
            exact = ties.get(perimeter)
            if exact is not None:
                held |= self._carries(exact)
            whole = exact if service is None else ties.get(Perimeter(name))
            if whole is not None and self._covers_services:
                held |= self._carries(whole)
            if not held & _MEMBER and _belongs(ties, name):
                held |= _MEMBER
        if structure.principal_manager == account.id:
            held |= self._manager_office
            held |= self._default if whole is None else self._carries(whole)
        return held

    def _carries(self, attachment: Attachment) -> int:
        key: object = attachment.profiles
        if attachment.also or attachment.but:
            key = (attachment.profiles, attachment.also, attachment.but)
        mask = self._carried.get(key)
        if mask is None:
            mask = self._grantable & self._profiles(attachment)
            if len(self._carried) < _MOST_KEPT:
                self._carried[key] = mask
        if attachment.legacy_secondary_manager:
            mask |= self._legacy_office
        return mask | _MEMBER | _COVERED

    def _profiles(self, attachment: Attachment) -> int:
        profiles = attachment.profiles
        mask = self._default if profiles == DEFAULT_PROFILES else self._mask(profiles)
        return (mask | self._mask(attachment.also)) & ~self._mask(attachment.but)

    def _mask(self, profiles: Iterable[str]) -> int:
        """The bits of these profiles; one that the policy does not know has none (C6)."""
        mask = 0
        for profile in profiles:
            mask |= self._profile_bits.get(profile, 0)
        return mask

    def _office(self, rulebook: Rulebook, office: str) -> int:
        return self._mask(
            profile.id for profile in rulebook.profiles.values() if office in profile.ex_officio
        )


def _belongs(ties: Mapping[Perimeter, Attachment], structure: str) -> bool:
    for tie in ties:  # noqa: SIM110  # on the way of every refusal: no generator
        if tie[0] == structure:
            return True
    return False


def _stages(reasons: tuple[Reason, ...]) -> tuple[int, ...]:
    """The stage of each reason, counted up; the two role reasons share one."""
    stages: list[int] = [0]
    for before, reason in pairwise(reasons):
        same = reason is before or reason is Reason.SUPPORT_ONLY
        stages.append(stages[-1] if same else stages[-1] + 1)
    return tuple(stages)
