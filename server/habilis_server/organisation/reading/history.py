"""What changed on a perimeter: who did what, when, and on whose request (domain §3.1)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from habilis import Perimeter
from habilis.organisation import (
    ApprovalState,
    AttachmentRecord,
    HistoryEntry,
    HistoryEvent,
    Person,
)
from habilis_server.journal import Change, stamp
from habilis_server.organisation.reading.paging import Found, Slice
from habilis_server.organisation.reading.queries import ListHistory
from habilis_server.organisation.reading.reader import Reader
from habilis_server.world import (
    Approval,
    Attachment,
    Detachment,
    EntitlementChange,
    Scalar,
    Service,
    ServiceChange,
    ServiceRemoval,
    Structure,
    StructureChange,
    StructureRenaming,
)

__all__ = ["Past", "list_history", "with_beginnings"]

_CONSULT: Final = "organisation.consulter_habilitations"
_REQUESTS: Final = "organisation.consulter_approbations"
_DECIDED: Final[Mapping[ApprovalState, HistoryEvent]] = {
    ApprovalState.REQUESTED: HistoryEvent.REQUESTED,
    ApprovalState.APPROVED: HistoryEvent.APPROVED,
    ApprovalState.REFUSED: HistoryEvent.REFUSED,
    ApprovalState.WITHDRAWN: HistoryEvent.WITHDRAWN,
}


class Past(Protocol):
    """The journal, as far as these reads look into it."""

    def page(self, perimeter: Perimeter, before: int, size: int) -> tuple[Change, ...]: ...
    def places(self, structures: Collection[str], head: int) -> tuple[Change, ...]: ...
    def ties(self, accounts: Collection[str], head: int) -> tuple[Change, ...]: ...


def list_history(query: ListHistory, reader: Reader, part: Slice, past: Past) -> Found:
    """The newest first; `part.start` is the revision before which the part begins, 0 the end.

    Requests are told to whom the policy lets see them.
    """
    reader.need(_CONSULT, reader.at(query.perimeter))
    before = part.start or reader.world.revision + 1
    changes = past.page(query.perimeter, before, part.size + 1)
    here = changes[: part.size]
    entries = [_entry(each, reader) for each in here if _told(each, reader)]
    return Found(records=entries, next=here[-1].revision if len(changes) > part.size else None)


def _told(change: Change, reader: Reader) -> bool:
    if not isinstance(change.record, Approval):
        return True
    return reader.sees(_REQUESTS, reader.request(change.record))


def _entry(change: Change, reader: Reader) -> HistoryEntry:
    record = change.record
    approval = record.id if isinstance(record, Approval) else change.cause
    request = reader.world.approvals.get(approval)
    if request is None or not reader.sees(_REQUESTS, reader.request(request)):
        requester, decider = None, None
    else:
        requester, decider = request.requester, request.decided_by
    what = _WHAT[type(record)](record)
    return HistoryEntry(
        revision=change.revision,
        recorded_at=change.recorded_at,
        effective_at=change.effective_at,
        event=what.event,
        perimeter=what.perimeter,
        actor=reader.person(change.actor),
        command=change.command,
        request_id=change.request_id,
        account=_person(what.account, reader),
        added=tuple(sorted(what.added)),
        removed=tuple(sorted(what.removed)),
        fields=what.fields,
        approval=approval,
        requester=_person(requester, reader),
        decided_by=_person(decider, reader),
    )


def _person(account: str | None, reader: Reader) -> Person | None:
    return None if account is None else reader.person(account)


class _What(NamedTuple):
    """What a record says happened, and on whom it bears."""

    event: HistoryEvent
    perimeter: Perimeter
    account: str | None = None
    added: Iterable[str] = ()
    removed: Iterable[str] = ()
    fields: Mapping[str, str] = MappingProxyType({})


def _attached(record: Attachment) -> _What:
    listed = frozenset[str]() if isinstance(record.profiles, str) else record.profiles
    return _What(
        HistoryEvent.ATTACHED,
        record.perimeter,
        record.account,
        added=listed | record.also,
        removed=record.but,
    )


def _structure_changed(record: StructureChange) -> _What:
    perimeter = Perimeter(record.id)
    manager = record.fields.get("principal_manager")
    if isinstance(manager, str) and len(record.fields) == 1:
        return _What(HistoryEvent.PRINCIPAL_MANAGER_CHANGED, perimeter, manager)
    return _What(HistoryEvent.STRUCTURE_MODIFIED, perimeter, fields=_told_fields(record.fields))


def _asked(record: Approval) -> _What:
    if record.perimeter is None:
        raise ValueError(f"`{record.id}` is on no perimeter")
    asker = record.requester
    return _What(_DECIDED[record.state], record.perimeter, asker, record.add, record.remove)


def _told_fields(fields: Mapping[str, Scalar]) -> Mapping[str, str]:
    return {name: _text(value) for name, value in fields.items()}


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value or ""


_WHAT: Final[Mapping[type, Callable[[Any], _What]]] = {
    Structure: lambda each: _What(
        HistoryEvent.STRUCTURE_RECORDED, Perimeter(each.id), each.principal_manager
    ),
    StructureChange: _structure_changed,
    StructureRenaming: lambda each: _What(
        HistoryEvent.STRUCTURE_RENAMED, Perimeter(each.new_id), fields={"id": each.id}
    ),
    Service: lambda each: _What(HistoryEvent.SERVICE_RECORDED, each.perimeter),
    ServiceChange: lambda each: _What(
        HistoryEvent.SERVICE_MODIFIED, each.perimeter, fields=_told_fields(each.fields)
    ),
    ServiceRemoval: lambda each: _What(HistoryEvent.SERVICE_REMOVED, each.perimeter),
    Attachment: _attached,
    Detachment: lambda each: _What(HistoryEvent.DETACHED, each.perimeter, each.account),
    EntitlementChange: lambda each: _What(
        HistoryEvent.ENTITLEMENTS_CHANGED, each.perimeter, each.account, each.added, each.removed
    ),
    Approval: _asked,
}
"""The records that bear on a perimeter, and what each says; no others are read here."""


def with_beginnings(
    records: Sequence[AttachmentRecord], head: int, until: str, past: Past
) -> list[AttachmentRecord]:
    """The records, each with the moment since which the person has been attached without a break.

    `head` and `until`, a moment as the journal writes it, are those of the facts read.
    """
    if not records:
        return []
    places = past.places({each.perimeter.structure for each in records}, head)
    ties = past.ties({each.account for each in records}, head)
    beginnings: dict[tuple[str, Perimeter], datetime] = {}
    for change in sorted((*ties, *places), key=_order):
        if stamp(change.effective_at) <= until:
            _follow(beginnings, change)
    return [replace(each, since=beginnings.get((each.account, each.perimeter))) for each in records]


def _follow(beginnings: dict[tuple[str, Perimeter], datetime], change: Change) -> None:
    """What a change makes of the attachments that have begun."""
    match change.record:
        case Attachment(account=account, perimeter=perimeter):
            beginnings.setdefault((account, perimeter), change.effective_at)
        case Detachment(account=account, perimeter=perimeter):
            beginnings.pop((account, perimeter), None)
        case ServiceRemoval(perimeter=perimeter):
            for tie in [each for each in beginnings if each[1] == perimeter]:
                del beginnings[tie]
        case StructureRenaming(id=former, new_id=name):
            for tie in [each for each in beginnings if each[1].structure == former]:
                beginnings[tie[0], tie[1]._replace(structure=name)] = beginnings.pop(tie)
        case _:
            pass


def _order(change: Change) -> tuple[datetime, int]:
    """That in which changes take effect."""
    return change.effective_at, change.revision
