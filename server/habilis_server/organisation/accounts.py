"""Accounts: asked for, approved, and their owners' own business (domain §2.3, §5.6)."""

from dataclasses import replace

from habilis import Perimeter
from habilis.organisation import (
    AccountState,
    ApprovalObject,
    ApprovalState,
    RefusalCode,
    StructureType,
    WantedStructure,
)
from habilis_server.organisation.commands import (
    DeactivateAccount,
    ModifyAccount,
    ReactivateAccount,
    RequestAccount,
)
from habilis_server.organisation.context import Context, Step, Steps
from habilis_server.organisation.errors import CommandRefused
from habilis_server.organisation.identifiers import check_identifier
from habilis_server.organisation.notices import account_opened, asked
from habilis_server.organisation.structures import new_structure
from habilis_server.organisation.texts import checked_email, checked_name, checked_prose
from habilis_server.world import Account, AccountChange, Approval, Attachment

__all__ = ["deactivate_account", "modify_account", "reactivate_account", "request_account"]


def request_account(command: RequestAccount, context: Context) -> Steps:
    """Who may decide depends on what is asked: the structure's GP, the support, or nobody (R25)."""
    if (command.perimeter is None) == (command.wanted is None):
        raise CommandRefused(
            RefusalCode.FIELD_INVALID, "name either `perimeter` or `wanted`", "perimeter"
        )
    account = _applicant(command.email, context)
    if command.perimeter is not None:
        context.live_perimeter(command.perimeter)
        return _asked(account, command, context)
    wanted = _checked_wanted(command.wanted, context)
    if wanted.type is StructureType.PUBLIC:
        named = replace(wanted, name=checked_name(wanted.name, "wanted"))
        return _asked(account, replace(command, wanted=named), context)
    return _with_own_structure(account, wanted, context)


def _applicant(email: str, context: Context) -> Account:
    """The account to be: a new one, or one whose request was refused or withdrawn."""
    checked = checked_email(email)
    former = _holder(checked, context)
    if former is None:
        return Account(id=context.identifier("account"), email=checked, state=AccountState.PENDING)
    waiting = any(
        approval.object is ApprovalObject.ACCOUNT and approval.state is ApprovalState.REQUESTED
        for approval in context.latest.requests_of(former.id)
    )
    if former.state is not AccountState.PENDING or waiting:
        raise CommandRefused(
            RefusalCode.ACCOUNT_EXISTS, f"`{checked}` already has an account", "email"
        )
    return former


def _holder(email: str, context: Context) -> Account | None:
    """Who has the address, or is about to have it, or about to give it up."""
    return context.latest.account_with_email(email) or context.judge.world.account_with_email(email)


def _checked_wanted(wanted: WantedStructure | None, context: Context) -> WantedStructure:
    if wanted is None:
        raise CommandRefused(RefusalCode.FIELD_INVALID, "`wanted` is missing", "wanted")
    check_identifier(wanted.identifier_type, wanted.identifier, "", "wanted")
    if wanted.identifier in context.latest.structures:
        raise CommandRefused(
            RefusalCode.STRUCTURE_EXISTS,
            f"`{wanted.identifier}` is there already; ask for an account on it",
            "wanted",
        )
    return wanted


def _asked(account: Account, command: RequestAccount, context: Context) -> Steps:
    approval = Approval(
        id=context.identifier("approval"),
        object=ApprovalObject.ACCOUNT,
        requester=account.id,
        perimeter=command.perimeter,
        state=ApprovalState.REQUESTED,
        comment=checked_prose(command.comment, "comment"),
        requested_at=context.stamp(),
        wanted=command.wanted,
    )
    return Steps(
        steps=[Step(record=account), Step(record=approval)],
        messages=list(asked(approval, account, context)),
        made=approval.id,
    )


def _with_own_structure(account: Account, wanted: WantedStructure, context: Context) -> Steps:
    """No approval: who creates a private structure is its principal manager (R25, R31)."""
    active = Account(id=account.id, email=account.email, state=AccountState.ACTIVE)
    structure = new_structure(
        wanted.identifier_type,
        wanted.identifier,
        StructureType.PRIVATE,
        wanted.name,
        account.id,
        context,
    )
    tie = Attachment(account=account.id, perimeter=Perimeter(structure.id))
    return Steps(
        steps=[Step(record=active), Step(record=structure), Step(record=tie)],
        messages=[account_opened(active, structure)],
        made=account.id,
    )


def modify_account(command: ModifyAccount, context: Context) -> Steps:
    """Another address, unless somebody has it; it counts later (R62)."""
    account = context.active_account(context.actor, "actor")
    email = checked_email(command.email)
    holder = _holder(email, context)
    if holder is not None and holder.id != account.id:
        raise CommandRefused(
            RefusalCode.ACCOUNT_EXISTS, f"`{email}` already has an account", "email"
        )
    if email == account.email:
        raise CommandRefused(RefusalCode.NOTHING_TO_DO, f"the address is `{email}`", "email")
    change = AccountChange(id=account.id, fields={"email": email})
    return Steps(steps=[Step(record=change, at=context.later)])


def deactivate_account(_command: DeactivateAccount, context: Context) -> Steps:
    """At once. A principal manager transfers his role first: his structure is never left alone."""
    account = context.active_account(context.actor, "actor")
    managed = sorted(context.latest.managed_by(account.id))
    if managed:
        raise CommandRefused(
            RefusalCode.PRINCIPAL_MANAGER_MUST_TRANSFER,
            f"you manage {', '.join(managed)}; transfer the role first",
        )
    change = AccountChange(id=account.id, fields={"state": AccountState.INACTIVE.value})
    return Steps(steps=[Step(record=change)])


def reactivate_account(_command: ReactivateAccount, context: Context) -> Steps:
    account = context.latest.accounts.get(context.actor)
    if account is None:
        raise CommandRefused(RefusalCode.ACCOUNT_UNKNOWN, f"no account `{context.actor}`", "actor")
    if account.state is not AccountState.INACTIVE:
        raise CommandRefused(
            RefusalCode.NOTHING_TO_DO, "only an account that was deactivated is reactivated"
        )
    change = AccountChange(id=account.id, fields={"state": AccountState.ACTIVE.value})
    return Steps(steps=[Step(record=change)])
