"""Requests: those that one may decide on, those that one made (R53 to R61; domain §3.9, §5.2)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from habilis import Perimeter
from habilis.organisation import ApprovalRecord, ApprovalState
from habilis_server.analysis import list_perimeters
from habilis_server.organisation.reading.paging import Found, Slice, found_in
from habilis_server.organisation.reading.queries import ListApprovals, ListMyRequests
from habilis_server.organisation.reading.reader import Reader
from habilis_server.world import Approval

__all__ = ["list_approvals", "list_my_requests"]

_CONSULT: Final = "organisation.consulter_approbations"
_OWN: Final = "organisation.consulter_demandes"


def list_approvals(query: ListApprovals, reader: Reader, part: Slice) -> Found:
    """One inbox, or all those of the reader, the oldest first; with the count of what waits."""
    if query.structure:
        reader.need(_CONSULT, reader.at(Perimeter(query.structure)))
        asked: Iterable[Approval] = reader.world.approvals_of(query.structure)
    else:
        reader.need_account(_CONSULT)
        asked = _within_reach(reader)
    visible = sorted(
        (each for each in asked if reader.sees(_CONSULT, reader.request(each))),
        key=lambda each: (each.requested_at, each.id),
    )
    found = _found(visible, query.state, reader, part)
    pending = sum(each.state is ApprovalState.REQUESTED for each in visible)
    return Found(records=found.records, next=found.next, pending=pending)


def list_my_requests(query: ListMyRequests, reader: Reader, part: Slice) -> Found:
    """What the reader asked for, the newest first, with the reason of a refusal."""
    reader.need_account(_OWN)
    made = reader.world.requests_of(reader.subject)[::-1]
    visible = [each for each in made if reader.sees(_OWN, reader.request(each))]
    return _found(visible, query.state, reader, part)


def _within_reach(reader: Reader) -> Iterator[Approval]:
    """The requests on which some rule lets the reader in: none that he may see is left out."""
    world = reader.world
    where = list(list_perimeters(reader.judge, reader.subject, _CONSULT, "approbation"))
    anywhere = any(each.perimeter is None and each.without is None for each in where)
    nowhere = any(each.perimeter is None for each in where)
    structures = {each.perimeter.structure for each in where if each.perimeter is not None}
    if anywhere:
        yield from world.approvals.values()
        return
    for structure in structures:
        yield from world.approvals_of(structure)
    if nowhere:
        yield from (each for each in world.approvals.values() if each.perimeter is None)


def _found(
    visible: list[Approval], state: ApprovalState | None, reader: Reader, part: Slice
) -> Found:
    candidates = [each for each in visible if state is None or each.state is state]
    return found_in(candidates, part, lambda _: True, lambda each: _record(each, reader))


def _record(approval: Approval, reader: Reader) -> ApprovalRecord:
    if approval.perimeter is not None:
        structure, service = reader.names(approval.perimeter)
    else:
        structure, service = "" if approval.wanted is None else approval.wanted.name, ""
    decider = approval.decided_by
    return ApprovalRecord(
        id=approval.id,
        object=approval.object,
        state=approval.state,
        requester=reader.person(approval.requester),
        perimeter=approval.perimeter,
        structure_name=structure,
        service_name=service,
        wanted=approval.wanted,
        comment=approval.comment,
        add=approval.add,
        remove=approval.remove,
        requested_at=_moment(approval.requested_at),
        decided_by=None if decider is None else reader.person(decider),
        decided_at=_moment(approval.decided_at),
        reason=approval.reason,
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
