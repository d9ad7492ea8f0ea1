"""The JSON of an approval."""

from dataclasses import asdict
from sys import intern
from typing import Any

from habilis.organisation import ApprovalObject, ApprovalState, StructureType, WantedStructure
from habilis_server.world.facts import Approval
from habilis_server.world.fields import FieldReader
from habilis_server.world.keys import place_shown, recalled_place, said

__all__ = ["approval_shown", "read_approval", "recall_approval"]


def read_approval(read: FieldReader) -> Approval:
    approval = Approval(
        id=read.text("id"),
        object=read.one_of("object", ApprovalObject),
        requester=read.text("requester"),
        perimeter=read.perimeter_or_none(),
        state=read.one_of("state", ApprovalState),
        comment=read.prose("comment"),
        add=read.some_profiles("add"),
        remove=read.some_profiles("remove"),
        requested_at=read.time("requested_at"),
        decided_by=read.text_or_none("decided_by"),
        decided_at=read.time("decided_at"),
        reason=read.prose("reason"),
        wanted=_wanted(read),
    )
    if approval.perimeter is None and approval.object is not ApprovalObject.ACCOUNT:
        read.problems.append(f"an approval of {approval.object} needs its `structure`")
    return approval


def _wanted(read: FieldReader) -> WantedStructure | None:
    inner = read.inner("wanted")
    if inner is None:
        return None
    wanted = WantedStructure(
        identifier_type=inner.identifier_type("identifier_type"),
        identifier=inner.structure("identifier"),
        name=inner.text("name"),
        type=inner.one_of("type", StructureType),
    )
    read.close(inner)
    return wanted


def recall_approval(of: dict[str, Any]) -> Approval:
    """The approval of a line that was written."""
    return Approval(
        id=intern(of["id"]),
        object=ApprovalObject(of["object"]),
        requester=intern(of["requester"]),
        perimeter=None if of["structure"] is None else recalled_place(of),
        state=ApprovalState(of["state"]),
        comment=of.get("comment", ""),
        add=tuple(of.get("add", ())),
        remove=tuple(of.get("remove", ())),
        requested_at=of.get("requested_at", ""),
        decided_by=of.get("decided_by"),
        decided_at=of.get("decided_at", ""),
        reason=of.get("reason", ""),
        wanted=_recalled_wanted(of.get("wanted")),
    )


def _recalled_wanted(of: dict[str, Any] | None) -> WantedStructure | None:
    return None if of is None else WantedStructure(**(of | {"type": StructureType(of["type"])}))


def approval_shown(approval: Approval) -> dict[str, object]:
    return {
        "kind": "approval",
        "id": approval.id,
        "object": approval.object,
        "requester": approval.requester,
        **place_shown(approval.perimeter),
        "state": approval.state,
        **said(
            comment=approval.comment,
            add=list(approval.add),
            remove=list(approval.remove),
            requested_at=approval.requested_at,
            decided_by=approval.decided_by,
            decided_at=approval.decided_at,
            reason=approval.reason,
            wanted=None if approval.wanted is None else asdict(approval.wanted),
        ),
    }
