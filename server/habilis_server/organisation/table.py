"""Which function carries out which command: one line each."""

from collections.abc import Callable
from typing import Any, Final

from habilis_server.organisation import (
    accounts,
    approvals,
    attachments,
    commands,
    entitlements,
    principal_manager,
    services,
    structures,
)
from habilis_server.organisation.context import Context, Steps

__all__ = ["HANDLERS", "Handler", "carry_out"]

Handler = Callable[[Any, Context], Steps]
"""Takes a command of the type under which it stands."""


def _handlers() -> dict[type, Handler]:
    return {
        commands.RequestAccount: accounts.request_account,
        commands.ModifyAccount: accounts.modify_account,
        commands.DeactivateAccount: accounts.deactivate_account,
        commands.ReactivateAccount: accounts.reactivate_account,
        commands.RequestAttachment: attachments.request_attachment,
        commands.AttachUser: attachments.attach_user,
        commands.DetachUser: attachments.detach_user,
        commands.LeaveStructure: attachments.leave_structure,
        commands.AddEntitlements: entitlements.add_entitlements,
        commands.RemoveEntitlements: entitlements.remove_entitlements,
        commands.RemoveAllEntitlements: entitlements.remove_all_entitlements,
        commands.ReplaceEntitlements: entitlements.replace_entitlements,
        commands.DuplicateEntitlements: entitlements.duplicate_entitlements,
        commands.RequestEntitlementChange: entitlements.request_entitlement_change,
        commands.Approve: approvals.approve,
        commands.ApproveAccount: approvals.approve_account,
        commands.Refuse: approvals.refuse,
        commands.WithdrawRequest: approvals.withdraw_request,
        commands.ApproveMany: approvals.approve_many,
        commands.RefuseMany: approvals.refuse_many,
        commands.TransferPrincipalManager: principal_manager.transfer_principal_manager,
        commands.InstallPrincipalManager: principal_manager.install_principal_manager,
        commands.CreateStructure: structures.create_structure,
        commands.ModifyStructure: structures.modify_structure,
        commands.ActivateStructure: structures.activate_structure,
        commands.DeactivateStructure: structures.deactivate_structure,
        commands.UpdateFromInsee: structures.update_from_insee,
        commands.CreateService: services.create_service,
        commands.ModifyService: services.modify_service,
        commands.ActivateService: services.activate_service,
        commands.DeactivateService: services.deactivate_service,
        commands.DeleteService: services.delete_service,
    }


HANDLERS: Final = _handlers()


def carry_out(command: commands.Command, context: Context) -> Steps:
    """What the command comes to. Raises OrganisationError; nothing is recorded here."""
    return HANDLERS[type(command)](command, context)
