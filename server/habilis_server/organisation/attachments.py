"""Attachments: asked for, made, ended (domain §2.5, §5.3)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from habilis import Perimeter
from habilis.organisation import ApprovalObject, ApprovalState, RefusalCode
from habilis_server.organisation.commands import (
    AttachUser,
    DetachUser,
    LeaveStructure,
    RequestAttachment,
)
from habilis_server.organisation.context import Context, Step, Steps
from habilis_server.organisation.errors import CommandRefused
from habilis_server.organisation.notices import asked, attached, closed, detached
from habilis_server.organisation.texts import checked_prose
from habilis_server.world import Approval, Attachment, Detachment, EntitlementChange, Structure

__all__ = [
    "End",
    "attach_user",
    "detach_user",
    "ended",
    "leave_structure",
    "request_attachment",
    "tied",
    "withdrawn",
]


def request_attachment(command: RequestAttachment, context: Context) -> Steps:
    """A request with its comment (R40); the structure's principal manager decides (R42)."""
    context.may_on("organisation.demander_rattachement", command.perimeter)
    structure = context.live_perimeter(command.perimeter)
    _match_criteria(command, structure)
    comment = checked_prose(command.comment, "comment")
    if not comment:
        raise CommandRefused(
            RefusalCode.COMMENT_REQUIRED, "say why you ask to be attached", "comment"
        )
    if context.attached(context.actor, command.perimeter):
        raise CommandRefused(
            RefusalCode.ALREADY_ATTACHED, f"you are attached to `{command.perimeter}`", "perimeter"
        )
    for other in context.latest.requests_of(context.actor):
        same = other.object is ApprovalObject.ATTACHMENT and other.perimeter == command.perimeter
        if same and other.state is ApprovalState.REQUESTED:
            raise CommandRefused(
                RefusalCode.ALREADY_REQUESTED, f"`{other.id}` asks for it already", "perimeter"
            )
    approval = Approval(
        id=context.identifier("approval"),
        object=ApprovalObject.ATTACHMENT,
        requester=context.actor,
        perimeter=command.perimeter,
        state=ApprovalState.REQUESTED,
        comment=comment,
        requested_at=context.stamp(),
    )
    return Steps(
        steps=[Step(record=approval)],
        messages=list(asked(approval, context.latest.accounts[context.actor], context)),
        made=approval.id,
    )


def _match_criteria(command: RequestAttachment, structure: Structure) -> None:
    """The form's criteria lead to the structure; one that does not fit it is a slip (R40)."""
    address = structure.details.address if structure.details else None
    city = address.city if address else ""
    for field, given, found in (
        ("identifier_type", command.identifier_type, structure.identifier_type),
        ("structure_type", command.structure_type, structure.type),
        ("city", command.city.casefold(), city.casefold()),
    ):
        if given and given != found:
            raise CommandRefused(
                RefusalCode.STRUCTURE_MISMATCH,
                f"`{structure.id}` does not have the `{field}` asked for",
                field,
            )


def attach_user(command: AttachUser, context: Context) -> Steps:
    """At once, with the default profiles (R26, R44)."""
    context.may_on("organisation.rattacher_utilisateur", command.perimeter)
    context.live_perimeter(command.perimeter)
    account = context.latest.account_with_email(command.email.strip().lower())
    if account is None:
        raise CommandRefused(
            RefusalCode.ACCOUNT_UNKNOWN, f"nobody has the address `{command.email}`", "email"
        )
    context.active_account(account.id, "email")
    if context.attached(account.id, command.perimeter):
        raise CommandRefused(
            RefusalCode.ALREADY_ATTACHED,
            f"`{command.email}` is attached to `{command.perimeter}`",
            "email",
        )
    return Steps(
        steps=list(tied(account.id, command.perimeter, context)),
        messages=[attached(account, command.perimeter, context)],
        made=account.id,
    )


def tied(account: str, perimeter: Perimeter, context: Context) -> Iterator[Step]:
    """A new attachment, with the default profiles (R26).

    What is still awaited of a former one says nothing of this one: where it is
    to take effect, the default profiles are put back with it.
    """
    yield Step(record=Attachment(account=account, perimeter=perimeter))
    default = context.default_profiles()
    for awaited in context.pending:
        change = awaited.record
        if not isinstance(change, EntitlementChange):
            continue
        if (change.account, change.perimeter) == (account, perimeter):
            named = change.added | change.removed
            undone = EntitlementChange(
                account=account,
                perimeter=perimeter,
                added=named & default,
                removed=named - default,
            )
            yield Step(record=undone, at=awaited.at)


def detach_user(command: DetachUser, context: Context) -> Steps:
    """At once, with every right on the perimeter (R30). The policy forbids it of a GP."""
    context.may_on_account("organisation.detacher_utilisateur", command.account, command.perimeter)
    account = context.latest.accounts[command.account]
    end = ended(command.account, command.perimeter, context)
    messages = [detached(account, command.perimeter, context)]
    messages += [closed(request, context) for request in end.closed]
    return Steps(steps=end.steps, messages=messages)


def leave_structure(command: LeaveStructure, context: Context) -> Steps:
    context.may_on("organisation.quitter_structure", command.perimeter)
    return Steps(steps=ended(context.actor, command.perimeter, context).steps)


class End(NamedTuple):
    """What an attachment ends by, and the requests that are closed with it."""

    steps: list[Step]
    closed: list[Approval]


def ended(account: str, perimeter: Perimeter, context: Context) -> End:
    """The end of an attachment and of what was still to come of it.

    A structure's perimeter holds its services: whoever leaves the structure
    leaves them. Raises CommandRefused if there is nothing to end.
    """
    ties = [
        tie
        for tie in context.latest.attachments.get(account, ())
        if tie == perimeter or (perimeter.service is None and tie.structure == perimeter.structure)
    ]
    if perimeter not in ties:
        raise CommandRefused(
            RefusalCode.NOT_ATTACHED, f"`{account}` is not attached to `{perimeter}`", "perimeter"
        )
    steps: list[Step] = []
    for tie in sorted(ties, key=str):
        steps.append(Step(record=Detachment(account=account, perimeter=tie)))
        steps += context.cancelled(account, tie)
    left = [
        request
        for request in context.latest.requests_of(account)
        if request.perimeter in ties
        and request.object is ApprovalObject.ENTITLEMENT
        and request.state is ApprovalState.REQUESTED
    ]
    steps += [Step(record=withdrawn(request, context)) for request in left]
    return End(steps, left)


def withdrawn(request: Approval, context: Context) -> Approval:
    return replace(request, state=ApprovalState.WITHDRAWN, decided_at=context.stamp())
