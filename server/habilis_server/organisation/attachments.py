"""Attachments: asked for, made, ended (domain §2.5, §5.3)."""

from collections.abc import Iterator
from dataclasses import replace

from habilis import Perimeter
from habilis.organisation import ApprovalObject, ApprovalState, RefusalCode
from habilis_server.organisation.commands import (
    AttachUser,
    DetachUser,
    LeaveStructure,
    RequestAttachment,
)
from habilis_server.organisation.context import Context, Message, Step, Steps
from habilis_server.organisation.errors import CommandRefused
from habilis_server.organisation.texts import checked_prose
from habilis_server.world import Approval, Attachment, Detachment, EntitlementChange, Structure

__all__ = [
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
        messages=list(_told_to_manager(structure, context)),
        made=approval.id,
    )


def _match_criteria(command: RequestAttachment, structure: Structure) -> None:
    """The form's criteria lead to the structure; one that does not fit it is a slip (R40)."""
    address = structure.details.address if structure.details else None
    city = address.city if address else ""
    for field, asked, found in (
        ("identifier_type", command.identifier_type, structure.identifier_type),
        ("structure_type", command.structure_type, structure.type),
        ("city", command.city.casefold(), city.casefold()),
    ):
        if asked and asked != found:
            raise CommandRefused(
                RefusalCode.STRUCTURE_MISMATCH,
                f"`{structure.id}` does not have the `{field}` asked for",
                field,
            )


def _told_to_manager(structure: Structure, context: Context) -> Iterator[Message]:
    manager = context.latest.accounts.get(structure.principal_manager or "")
    requester = context.latest.accounts.get(context.actor)
    if manager is not None and requester is not None:
        told = {"structure": structure.name, "email": requester.email}
        yield Message(recipient=manager.email, template="approval-awaited", context=told)


def attach_user(command: AttachUser, context: Context) -> Steps:
    """At once, with the default profiles (R26, R44)."""
    context.may_on("organisation.rattacher_utilisateur", command.perimeter)
    structure = context.live_perimeter(command.perimeter)
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
    told = {"structure": structure.name, "email": account.email}
    return Steps(
        steps=list(tied(account.id, command.perimeter, context)),
        messages=[Message(recipient=account.email, template="attached", context=told)],
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
    structure = context.structure(command.perimeter.structure)
    told = {"structure": structure.name, "email": account.email}
    return Steps(
        steps=list(ended(command.account, command.perimeter, context)),
        messages=[Message(recipient=account.email, template="detached", context=told)],
    )


def leave_structure(command: LeaveStructure, context: Context) -> Steps:
    context.may_on("organisation.quitter_structure", command.perimeter)
    return Steps(steps=list(ended(context.actor, command.perimeter, context)))


def ended(account: str, perimeter: Perimeter, context: Context) -> Iterator[Step]:
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
    for tie in sorted(ties, key=str):
        yield Step(record=Detachment(account=account, perimeter=tie))
        yield from context.cancelled(account, tie)
    for request in context.latest.requests_of(account):
        inside = request.perimeter in ties and request.object is ApprovalObject.ENTITLEMENT
        if inside and request.state is ApprovalState.REQUESTED:
            yield Step(record=withdrawn(request, context))


def withdrawn(request: Approval, context: Context) -> Approval:
    return replace(request, state=ApprovalState.WITHDRAWN, decided_at=context.stamp())
