"""Approvals: decided by another, for good (domain §2.7, §5.2)."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from habilis import Perimeter, Reason, Resource
from habilis.organisation import AccountState, ApprovalObject, ApprovalState, RefusalCode
from habilis_server.organisation.attachments import tied, withdrawn
from habilis_server.organisation.commands import (
    Approve,
    ApproveAccount,
    ApproveMany,
    Refuse,
    RefuseMany,
    WithdrawRequest,
)
from habilis_server.organisation.context import Context, Step, Steps
from habilis_server.organisation.entitlements import changed, check_profiles
from habilis_server.organisation.errors import (
    AccessRefused,
    CommandRefused,
    ManyRefused,
    OrganisationError,
)
from habilis_server.organisation.notices import decided
from habilis_server.organisation.structures import new_structure
from habilis_server.organisation.texts import checked_prose
from habilis_server.world import AccountChange, Approval

__all__ = [
    "approve",
    "approve_account",
    "approve_many",
    "refuse",
    "refuse_many",
    "withdraw_request",
]


def approve(command: Approve, context: Context) -> Steps:
    """An attachment begins, or entitlements change; the decision is immediate (R59)."""
    approval = _open_request(command.approval, "organisation.approuver", context)
    match approval.object:
        case ApprovalObject.ATTACHMENT:
            steps = list(_attached(approval, context))
        case ApprovalObject.ENTITLEMENT:
            steps = list(_entitled(approval, context))
        case ApprovalObject.ACCOUNT:
            raise CommandRefused(
                RefusalCode.WRONG_OBJECT, f"`{approval.id}` asks for an account", "approval"
            )
    return _decided(approval, ApprovalState.APPROVED, "", steps, context)


def approve_account(command: ApproveAccount, context: Context) -> Steps:
    """The account becomes active and attached; on an unknown public structure, as its GP."""
    approval = _open_request(command.approval, "organisation.approuver_compte", context)
    if approval.object is not ApprovalObject.ACCOUNT:
        raise CommandRefused(
            RefusalCode.WRONG_OBJECT, f"`{approval.id}` asks for no account", "approval"
        )
    return _decided(approval, ApprovalState.APPROVED, "", list(_opened(approval, context)), context)


def refuse(command: Refuse, context: Context) -> Steps:
    """Nothing changes but the request; the reason comes first (R60)."""
    approval = _open_request(command.approval, "organisation.refuser", context)
    reason = checked_prose(command.reason, "reason")
    if not reason:
        raise CommandRefused(RefusalCode.REASON_REQUIRED, "say why it is refused", "reason")
    return _decided(approval, ApprovalState.REFUSED, reason, [], context)


def withdraw_request(command: WithdrawRequest, context: Context) -> Steps:
    approval = _open_request(command.approval, "organisation.annuler_demande", context)
    return Steps(steps=_caused(approval, [Step(record=withdrawn(approval, context))]))


def approve_many(command: ApproveMany, context: Context) -> Steps:
    """Each as `approve` or `approve_account` would; all of them or none."""

    def one(approval: str, context: Context) -> Steps:
        found = context.latest.approvals.get(approval)
        if found is not None and found.object is ApprovalObject.ACCOUNT:
            return approve_account(ApproveAccount(approval=approval), context)
        return approve(Approve(approval=approval), context)

    return _all_or_none(command.approvals, one, context)


def refuse_many(command: RefuseMany, context: Context) -> Steps:
    def one(approval: str, context: Context) -> Steps:
        return refuse(Refuse(approval=approval, reason=command.reason), context)

    return _all_or_none(command.approvals, one, context)


def _all_or_none(
    approvals: tuple[str, ...], one: Callable[[str, Context], Steps], context: Context
) -> Steps:
    """One after the other, each decided on what those before it came to."""
    if not approvals or len(set(approvals)) != len(approvals):
        raise CommandRefused(
            RefusalCode.FIELD_INVALID, "name each request once, and one at least", "approvals"
        )
    done: list[Steps] = []
    refusals: dict[str, OrganisationError] = {}
    for approval in approvals:
        try:
            steps = one(approval, context)
            context = context.after(steps)
            done.append(steps)
        except OrganisationError as refusal:
            refusals[approval] = refusal
    if refusals:
        raise ManyRefused(refusals)
    return Steps(
        steps=[step for steps in done for step in steps.steps],
        messages=[message for steps in done for message in steps.messages],
    )


def _open_request(identifier: str, action: str, context: Context) -> Approval:
    """The request, if it awaits a decision and the policy allows this one."""
    approval = context.latest.approvals.get(identifier)
    try:
        context.may(action, Resource(type="approbation", id=identifier))
    except AccessRefused as refused:
        # Once decided, the policy's condition is no longer met: say so to whom it would allow.
        closed = approval is not None and approval.state is not ApprovalState.REQUESTED
        if approval is None or not closed:
            raise
        if refused.decision.reason is not Reason.CONDITION_NOT_MET:
            raise
        raise CommandRefused(
            RefusalCode.ALREADY_DECIDED, f"`{identifier}` is {approval.state}", "approval"
        ) from refused
    if approval is None:
        raise CommandRefused(RefusalCode.FIELD_INVALID, f"no request `{identifier}`", "approval")
    return approval


def _attached(approval: Approval, context: Context) -> Iterator[Step]:
    perimeter = _live(approval, context)
    if not context.attached(approval.requester, perimeter):
        yield from tied(approval.requester, perimeter, context)


def _entitled(approval: Approval, context: Context) -> Iterator[Step]:
    perimeter = _live(approval, context)
    if not context.attached(approval.requester, perimeter):
        raise CommandRefused(
            RefusalCode.NOT_ATTACHED,
            f"`{approval.requester}` is no longer attached to `{perimeter}`",
            "approval",
        )
    if approval.add:
        check_profiles(frozenset(approval.add), context)
    yield from changed(
        approval.requester,
        perimeter,
        frozenset(approval.add),
        frozenset(approval.remove),
        context,
    )


def _opened(approval: Approval, context: Context) -> Iterator[Step]:
    account = context.latest.accounts[approval.requester]
    if account.state is AccountState.INACTIVE:
        raise CommandRefused(
            RefusalCode.ACCOUNT_NOT_ACTIVE,
            f"`{account.id}` was deactivated, which its owner alone undoes",
            "approval",
        )
    if account.state is AccountState.PENDING:
        active = AccountChange(id=account.id, fields={"state": AccountState.ACTIVE.value})
        yield Step(record=active)
    if approval.perimeter is not None:
        context.live_perimeter(approval.perimeter)
        perimeter = approval.perimeter
    elif approval.wanted is not None:
        wanted = approval.wanted
        structure = new_structure(
            wanted.identifier_type,
            wanted.identifier,
            wanted.type,
            wanted.name,
            approval.requester,
            context,
        )
        yield Step(record=structure)
        perimeter = Perimeter(structure.id)
    else:
        raise CommandRefused(
            RefusalCode.STRUCTURE_UNKNOWN, f"`{approval.id}` names no structure", "approval"
        )
    if not context.attached(account.id, perimeter):
        yield from tied(account.id, perimeter, context)


def _live(approval: Approval, context: Context) -> Perimeter:
    if approval.perimeter is None:
        raise CommandRefused(
            RefusalCode.STRUCTURE_UNKNOWN, f"`{approval.id}` names no structure", "approval"
        )
    context.live_perimeter(approval.perimeter)
    context.active_account(approval.requester, "approval")
    return approval.perimeter


def _decided(
    approval: Approval,
    state: ApprovalState,
    reason: str,
    steps: list[Step],
    context: Context,
) -> Steps:
    final = replace(
        approval,
        state=state,
        reason=reason,
        decided_by=context.actor,
        decided_at=context.stamp(),
    )
    return Steps(
        steps=_caused(approval, [Step(record=final), *steps]),
        messages=[decided(final, context)],
    )


def _caused(approval: Approval, steps: list[Step]) -> list[Step]:
    return [replace(step, cause=approval.id) for step in steps]
