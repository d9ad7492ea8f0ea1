"""The World as plain Casbin `g` lines: what stock role managers are loaded with.

Written from the facts and the readings, without the engine's bits, so that
stock pycasbin judges on its own.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from habilis import Perimeter
from habilis_server.engine import words
from habilis_server.engine.lines import Slot, slots_of
from habilis_server.rulebook import Rulebook
from habilis_server.rulebook.profiles import LEGACY_SECONDARY_MANAGER, PRINCIPAL_MANAGER
from habilis_server.world import DEFAULT_PROFILES, Attachment, World

__all__ = ["links_of_perimeter", "links_of_person", "links_of_sets"]

_UNTIED: Final[Mapping[Perimeter, Attachment]] = {}


def links_of_sets(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """`g3`: each value with the sets of values that hold it."""
    slots = {slot for rule in rulebook.rules for slot in slots_of(rule, rulebook)}
    slots.add(Slot(words.ALWAYS, frozenset({words.YES})))
    for allowed in sorted({words.set_word(slot.allowed): slot.allowed for slot in slots}.items()):
        for value in sorted(allowed[1]):
            yield value, allowed[0]


def links_of_perimeter(perimeter: Perimeter | None, world: World) -> Iterator[tuple[str, str]]:
    """`g2`: the states of a perimeter; None is anywhere, where every state holds."""
    word = words.ANYWHERE if perimeter is None else words.perimeter_word(perimeter)
    yield word, words.STRUCTURE_ANY
    yield word, words.SERVICE_ANY
    if perimeter is not None and world.structures[perimeter.structure].active:
        yield word, words.STRUCTURE_ACTIVE
    if perimeter is not None and (perimeter.service is None or world.services[perimeter].active):
        yield word, words.SERVICE_ACTIVE


def links_of_person(
    account: str, perimeter: Perimeter | None, rulebook: Rulebook, world: World
) -> Iterator[tuple[str, str, str]]:
    """`g`: what a person holds on a perimeter; None is anywhere."""
    person = words.person_word(account)
    place = words.ANYWHERE if perimeter is None else words.perimeter_word(perimeter)
    roles = {words.ANYONE}
    if world.accounts[account].support:
        roles.add(words.SUPPORT)
    if perimeter is not None:
        roles |= _roles(account, perimeter, rulebook, world)
    for role in sorted(roles):
        yield person, role, place


def _roles(account: str, perimeter: Perimeter, rulebook: Rulebook, world: World) -> set[str]:
    manages = world.structures[perimeter.structure].principal_manager == account
    ties = world.attachments.get(account, _UNTIED)
    whole = Perimeter(perimeter.structure)
    covering = [ties[perimeter]] if perimeter in ties else []
    covers_services = rulebook.vocabulary.readings.structure_covers_services
    # The principal manager's own attachment follows him to every service.
    if perimeter != whole and whole in ties and (covers_services or manages):
        covering.append(ties[whole])
    roles: set[str] = set()
    if manages or any(tie.structure == perimeter.structure for tie in ties):
        roles.add(words.MEMBER)
    if manages or covering:
        roles.add(words.COVERED)
    held = {name for tie in covering for name in _profiles(tie, rulebook)}
    if manages:
        roles.add(words.PRINCIPAL_MANAGER)
        held |= _office(PRINCIPAL_MANAGER, rulebook)
        if whole not in ties:
            held |= _default(rulebook)
    return roles | {words.profile_word(profile) for profile in held}


def _profiles(attachment: Attachment, rulebook: Rulebook) -> set[str]:
    if attachment.profiles == DEFAULT_PROFILES:
        held = _default(rulebook)
    else:
        held = set(attachment.profiles)
    held = (held | attachment.also) - attachment.but
    held &= {name for name, profile in rulebook.profiles.items() if profile.granted_by}
    if attachment.legacy_secondary_manager:
        held |= _office(LEGACY_SECONDARY_MANAGER, rulebook)
    return held


def _default(rulebook: Rulebook) -> set[str]:
    return {
        profile.id
        for profile in rulebook.profiles.values()
        if profile.default and profile.granted_by
    }


def _office(office: str, rulebook: Rulebook) -> set[str]:
    return {profile.id for profile in rulebook.profiles.values() if office in profile.ex_officio}
