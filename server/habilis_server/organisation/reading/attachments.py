"""Who is attached where, and what that entitles to (R34, R46 to R49; domain §3.9)."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from habilis import Perimeter, Resource
from habilis.organisation import AttachmentRecord
from habilis_server.organisation.errors import AccessRefused
from habilis_server.organisation.profiles import held_by_tie, of_office
from habilis_server.organisation.reading.paging import Found, Slice, found_in
from habilis_server.organisation.reading.queries import ListAttachments, ListEntitlements
from habilis_server.organisation.reading.reader import Reader
from habilis_server.world import Attachment, World

__all__ = ["list_attachments", "list_entitlements"]

_CONSULT: Final = "organisation.consulter_habilitations"
_UNTIED: Final[Mapping[Perimeter, Attachment]] = {}


class _Tie(NamedTuple):
    """In the order in which ties are listed: a structure, then its services."""

    structure: str
    service: str
    account: str

    @property
    def perimeter(self) -> Perimeter:
        return Perimeter(self.structure, self.service or None)


def list_attachments(query: ListAttachments, reader: Reader, part: Slice) -> Found:
    """All of them, or AccessRefused: half a list of colleagues would look like a whole one."""
    reader.need(_CONSULT, reader.at(query.perimeter))
    return _found(_ties_on(query.perimeter, reader.world), reader, part)


def list_entitlements(query: ListEntitlements, reader: Reader, part: Slice) -> Found:
    """One's own; of another, those on the perimeters where the reader may consult them."""
    account = query.account or reader.subject
    ties = list(_ties_of(account, reader.world))
    whole = reader.decision(_CONSULT, Resource(type="compte", id=account))
    if not whole.allowed and not any(_seen(tie, reader) for tie in ties):
        raise AccessRefused(_CONSULT, whole)
    return _found(ties, reader, part)


def _found(ties: Iterator[_Tie] | list[_Tie], reader: Reader, part: Slice) -> Found:
    return found_in(
        sorted(ties), part, lambda tie: _seen(tie, reader), lambda tie: _record(tie, reader)
    )


def _seen(tie: _Tie, reader: Reader) -> bool:
    return reader.sees(_CONSULT, reader.person_at(tie.account, tie.perimeter))


def _ties_on(perimeter: Perimeter, world: World) -> Iterator[_Tie]:
    for account in world.people_of(perimeter.structure):
        for tie in _ties_of(account, world):
            inside = tie.structure == perimeter.structure
            if inside and (perimeter.service is None or tie.service == perimeter.service):
                yield tie


def _ties_of(account: str, world: World) -> Iterator[_Tie]:
    """Every attachment, and every structure that the person manages without being attached."""
    held = world.attachments.get(account, _UNTIED)
    for perimeter in held:
        yield _Tie(perimeter.structure, perimeter.service or "", account)
    for structure in world.managed_by(account):
        if Perimeter(structure) not in held:
            yield _Tie(structure, "", account)


def _record(tie: _Tie, reader: Reader) -> AttachmentRecord:
    world, profiles = reader.world, reader.judge.engine.rulebook.profiles
    perimeter = tie.perimeter
    structure = world.structures[tie.structure]
    service = None if perimeter.service is None else world.services[perimeter]
    account = world.accounts[tie.account]
    attachment = world.attachments.get(tie.account, _UNTIED).get(perimeter)
    manages = perimeter.service is None and structure.principal_manager == tie.account
    legacy = attachment is not None and attachment.legacy_secondary_manager
    office = of_office(profiles, manager=manages, legacy=legacy)
    # A principal manager without a tie holds what a tie would give him.
    held = attachment or Attachment(account=tie.account, perimeter=perimeter)
    return AttachmentRecord(
        account=tie.account,
        email=account.email,
        state=account.state,
        perimeter=perimeter,
        structure_name=structure.name,
        structure_active=structure.active,
        service_name="" if service is None else service.name,
        service_active=service is None or service.active,
        profiles=tuple(sorted(held_by_tie(held, profiles) | office)),
        ex_officio=tuple(sorted(office)),
        principal_manager=manages,
        legacy_secondary_manager=legacy,
    )
