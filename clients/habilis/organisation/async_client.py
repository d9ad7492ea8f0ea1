"""The commands for asyncio: the same promises as `OrganisationClient`, awaited."""

from collections.abc import Iterable
from typing import Unpack

from habilis.model import Perimeter
from habilis.organisation import calls
from habilis.organisation.async_reader import AsyncOrganisationReader
from habilis.organisation.facts import StructureType, WantedStructure
from habilis.organisation.words import Outcome, ServiceFields, StructureFields, Writing

__all__ = ["AsyncOrganisationClient"]


class AsyncOrganisationClient(AsyncOrganisationReader):
    """As `OrganisationClient`, on an event loop; made and used on that loop."""

    async def request_account(
        self,
        *,
        email: str,
        perimeter: Perimeter | None = None,
        wanted: WantedStructure | None = None,
        comment: str = "",
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Ask for an account; `subject` is any name for a person who has none yet."""
        return await self._do(
            "RequestAccount",
            terms,
            email=email,
            perimeter=perimeter,
            wanted=wanted,
            comment=comment,
        )

    async def modify_account(self, *, email: str, **terms: Unpack[Writing]) -> Outcome:
        """Give one's own account another address."""
        return await self._do("ModifyAccount", terms, email=email)

    async def deactivate_account(self, **terms: Unpack[Writing]) -> Outcome:
        """Close one's own account until it is reactivated."""
        return await self._do("DeactivateAccount", terms)

    async def reactivate_account(self, **terms: Unpack[Writing]) -> Outcome:
        """Open one's own account again."""
        return await self._do("ReactivateAccount", terms)

    async def request_attachment(
        self,
        *,
        perimeter: Perimeter,
        comment: str,
        identifier_type: str = "",
        structure_type: StructureType | None = None,
        city: str = "",
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Ask to be attached; `made` is the approval. What is given beside is compared."""
        return await self._do(
            "RequestAttachment",
            terms,
            perimeter=perimeter,
            comment=comment,
            identifier_type=identifier_type,
            structure_type=structure_type,
            city=city,
        )

    async def attach_user(
        self, *, email: str, perimeter: Perimeter, **terms: Unpack[Writing]
    ) -> Outcome:
        """Attach the person of an address, at once."""
        return await self._do("AttachUser", terms, email=email, perimeter=perimeter)

    async def detach_user(
        self, *, account: str, perimeter: Perimeter, **terms: Unpack[Writing]
    ) -> Outcome:
        """End an attachment and every right that rests on it, at once."""
        return await self._do("DetachUser", terms, account=account, perimeter=perimeter)

    async def leave_structure(self, *, perimeter: Perimeter, **terms: Unpack[Writing]) -> Outcome:
        """End one's own attachment, at once."""
        return await self._do("LeaveStructure", terms, perimeter=perimeter)

    async def add_entitlements(
        self,
        *,
        account: str,
        perimeter: Perimeter,
        profiles: Iterable[str],
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Give profiles to somebody, after the delay of effect."""
        return await self._do(
            "AddEntitlements", terms, account=account, perimeter=perimeter, profiles=profiles
        )

    async def remove_entitlements(
        self,
        *,
        account: str,
        perimeter: Perimeter,
        profiles: Iterable[str],
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Take profiles from somebody, at once."""
        return await self._do(
            "RemoveEntitlements", terms, account=account, perimeter=perimeter, profiles=profiles
        )

    async def remove_all_entitlements(
        self, *, account: str, perimeter: Perimeter, **terms: Unpack[Writing]
    ) -> Outcome:
        """Take every profile from somebody, at once; the attachment stays."""
        return await self._do("RemoveAllEntitlements", terms, account=account, perimeter=perimeter)

    async def replace_entitlements(
        self,
        *,
        account: str,
        perimeter: Perimeter,
        profiles: Iterable[str],
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Give exactly these profiles to somebody."""
        return await self._do(
            "ReplaceEntitlements", terms, account=account, perimeter=perimeter, profiles=profiles
        )

    async def duplicate_entitlements(
        self, *, source: str, account: str, perimeter: Perimeter, **terms: Unpack[Writing]
    ) -> Outcome:
        """Give somebody exactly the profiles that `source` has on the perimeter."""
        return await self._do(
            "DuplicateEntitlements", terms, source=source, account=account, perimeter=perimeter
        )

    async def request_entitlement_change(
        self,
        *,
        perimeter: Perimeter,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        comment: str = "",
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Ask to be given profiles, or to be rid of some; `made` is the approval."""
        return await self._do(
            "RequestEntitlementChange",
            terms,
            perimeter=perimeter,
            add=add,
            remove=remove,
            comment=comment,
        )

    async def approve(self, *, approval: str, **terms: Unpack[Writing]) -> Outcome:
        """Grant a request of an attachment or of entitlements."""
        return await self._do("Approve", terms, approval=approval)

    async def approve_account(self, *, approval: str, **terms: Unpack[Writing]) -> Outcome:
        """Grant a request of an account."""
        return await self._do("ApproveAccount", terms, approval=approval)

    async def refuse(self, *, approval: str, reason: str, **terms: Unpack[Writing]) -> Outcome:
        """Refuse a request of any kind."""
        return await self._do("Refuse", terms, approval=approval, reason=reason)

    async def withdraw_request(self, *, approval: str, **terms: Unpack[Writing]) -> Outcome:
        """Withdraw one's own request."""
        return await self._do("WithdrawRequest", terms, approval=approval)

    async def approve_many(self, *, approvals: Iterable[str], **terms: Unpack[Writing]) -> Outcome:
        """Grant several requests of any kind, all of them or none.

        Raises ManyRefused with each at fault.
        """
        return await self._do("ApproveMany", terms, approvals=approvals)

    async def refuse_many(
        self, *, approvals: Iterable[str], reason: str, **terms: Unpack[Writing]
    ) -> Outcome:
        """Refuse several requests, all of them or none.

        Raises ManyRefused with each at fault.
        """
        return await self._do("RefuseMany", terms, approvals=approvals, reason=reason)

    async def transfer_principal_manager(
        self, *, structure: str, account: str, **terms: Unpack[Writing]
    ) -> Outcome:
        """Give one's role of principal manager to another, who is attached."""
        return await self._do(
            "TransferPrincipalManager", terms, structure=structure, account=account
        )

    async def install_principal_manager(
        self, *, structure: str, account: str, **terms: Unpack[Writing]
    ) -> Outcome:
        """Give the role where nobody can hold it any more; for the support."""
        return await self._do(
            "InstallPrincipalManager", terms, structure=structure, account=account
        )

    async def create_structure(
        self,
        *,
        identifier_type: str,
        identifier: str,
        structure_type: StructureType,
        name: str = "",
        country: str = "",
        principal_manager: str = "",
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Create a structure; `made` is its identifier."""
        return await self._do(
            "CreateStructure",
            terms,
            identifier_type=identifier_type,
            identifier=identifier,
            type=structure_type,
            name=name,
            country=country,
            principal_manager=principal_manager,
        )

    async def modify_structure(
        self, *, structure: str, fields: StructureFields, **terms: Unpack[Writing]
    ) -> Outcome:
        """Change the record of a structure, after the delay of effect."""
        return await self._do("ModifyStructure", terms, structure=structure, fields=fields)

    async def activate_structure(self, *, structure: str, **terms: Unpack[Writing]) -> Outcome:
        """Make a structure active, after the delay of effect."""
        return await self._do("ActivateStructure", terms, structure=structure)

    async def deactivate_structure(self, *, structure: str, **terms: Unpack[Writing]) -> Outcome:
        """Make a structure inactive, after the delay of effect."""
        return await self._do("DeactivateStructure", terms, structure=structure)

    async def update_from_insee(
        self, *, structure: str, new_identifier: str = "", **terms: Unpack[Writing]
    ) -> Outcome:
        """Take name and address from the national register; `made` is the identifier."""
        return await self._do(
            "UpdateFromInsee", terms, structure=structure, new_identifier=new_identifier
        )

    async def create_service(
        self,
        *,
        structure: str,
        code: str,
        name: str,
        description: str = "",
        commitment_required: bool = False,
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Create a service; `made` is its perimeter."""
        return await self._do(
            "CreateService",
            terms,
            structure=structure,
            code=code,
            name=name,
            description=description,
            commitment_required=commitment_required,
        )

    async def modify_service(
        self, *, perimeter: Perimeter, fields: ServiceFields, **terms: Unpack[Writing]
    ) -> Outcome:
        """Change the record of a service, after the delay of effect."""
        return await self._do("ModifyService", terms, perimeter=perimeter, fields=fields)

    async def activate_service(self, *, perimeter: Perimeter, **terms: Unpack[Writing]) -> Outcome:
        """Make a service active, after the delay of effect."""
        return await self._do("ActivateService", terms, perimeter=perimeter)

    async def deactivate_service(
        self, *, perimeter: Perimeter, **terms: Unpack[Writing]
    ) -> Outcome:
        """Make a service inactive, after the delay of effect."""
        return await self._do("DeactivateService", terms, perimeter=perimeter)

    async def delete_service(self, *, perimeter: Perimeter, **terms: Unpack[Writing]) -> Outcome:
        """Remove a service for good, and the attachments to it."""
        return await self._do("DeleteService", terms, perimeter=perimeter)

    async def _do(self, method: str, terms: Writing, **fields: object) -> Outcome:
        return await self._answer(calls.command(method, terms, **fields), terms.get("deadline"))
