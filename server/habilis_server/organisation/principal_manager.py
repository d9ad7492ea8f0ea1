"""The principal manager: exactly one a structure, transferred or installed (domain §5.4)."""

from collections.abc import Iterator
from dataclasses import replace

from habilis import Perimeter
from habilis.organisation import AccountState, RefusalCode
from habilis_server.organisation.attachments import tied
from habilis_server.organisation.commands import (
    InstallPrincipalManager,
    TransferPrincipalManager,
)
from habilis_server.organisation.context import Context, Step, Steps
from habilis_server.organisation.errors import CommandRefused
from habilis_server.organisation.notices import installed
from habilis_server.world import Structure, StructureChange

__all__ = ["install_principal_manager", "transfer_principal_manager"]


def transfer_principal_manager(command: TransferPrincipalManager, context: Context) -> Steps:
    """To a person attached to the structure; who transfers becomes a simple user (R35, Q8)."""
    perimeter = Perimeter(command.structure)
    context.may_on("organisation.transferer_gestionnaire_principal", perimeter)
    if command.account == context.actor:
        raise CommandRefused(
            RefusalCode.SAME_PERSON, "you are the principal manager already", "account"
        )
    context.active_account(command.account)
    if not context.attached(command.account, perimeter):
        raise CommandRefused(
            RefusalCode.NOT_ATTACHED,
            f"`{command.account}` is not attached to `{command.structure}`",
            "account",
        )
    return _installed(context.structure(command.structure), command.account, context)


def install_principal_manager(command: InstallPrincipalManager, context: Context) -> Steps:
    """By the support, when the former one is gone without having transferred (domain §5.4)."""
    context.may_on("organisation.installer_gestionnaire_principal", Perimeter(command.structure))
    structure = context.structure(command.structure)
    former = context.latest.accounts.get(structure.principal_manager or "")
    if former is not None and former.state is AccountState.ACTIVE:
        raise CommandRefused(
            RefusalCode.PRINCIPAL_MANAGER_IN_OFFICE,
            f"`{former.id}` is in office, and transfers the role himself",
            "structure",
        )
    context.active_account(command.account)
    return _installed(structure, command.account, context)


def _installed(structure: Structure, account: str, context: Context) -> Steps:
    perimeter = Perimeter(structure.id)
    change = StructureChange(id=structure.id, fields={"principal_manager": account})
    steps = [Step(record=change)]
    # Whoever leaves the office, or takes it, is attached as anybody is (Q8).
    for person in (structure.principal_manager, account):
        if person is not None and person in context.latest.accounts:
            steps += _kept(person, perimeter, context)
    if structure.principal_manager is not None:
        steps += _simple(structure.principal_manager, perimeter, context)
    holder = context.latest.accounts[account]
    by = "manager" if context.actor == structure.principal_manager else "support"
    return Steps(
        steps=steps,
        messages=[installed(holder, structure, context, by=by)],
        made=account,
    )


def _kept(account: str, perimeter: Perimeter, context: Context) -> Iterator[Step]:
    if not context.attached(account, perimeter):
        yield from tied(account, perimeter, context)


def _simple(former: str, perimeter: Perimeter, context: Context) -> Iterator[Step]:
    """Who leaves the office is a simple user, even if he was a secondary manager before (Q8).

    His ties are written as they now are: what is awaited of them comes later all the same.
    """
    for tie in context.judge.world.attachments.get(former, {}).values():
        if tie.perimeter.structure == perimeter.structure and tie.legacy_secondary_manager:
            yield Step(record=replace(tie, legacy_secondary_manager=False))
