"""The commands, for a caller that waits for their outcome."""

from collections.abc import Iterable
from typing import Unpack

from habilis.model import Perimeter
from habilis.organisation import calls
from habilis.organisation.facts import StructureType, WantedStructure
from habilis.organisation.reader import OrganisationReader
from habilis.organisation.words import Outcome, ServiceFields, StructureFields, Writing

__all__ = ["OrganisationClient"]


class OrganisationClient(OrganisationReader):
    """The organisation of a Habilis server: a method for each command; safe between threads.

    Each method takes `subject`, the account of who acts, and returns the
    Outcome, or raises AccessDenied, CommandRefused, ManyRefused or another
    HabilisError: then nothing was recorded, unless the error says that no
    answer came. A command that has to be sent again is carried out once.
    """

    def request_account(
        self,
        *,
        email: str,
        perimeter: Perimeter | None = None,
        wanted: WantedStructure | None = None,
        comment: str = "",
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Ask for an account; `subject` is any name for a person who has none yet."""
        return self._do(
            "RequestAccount",
            terms,
            email=email,
            perimeter=perimeter,
            wanted=wanted,
            comment=comment,
        )

    def modify_account(self, *, email: str, **terms: Unpack[Writing]) -> Outcome:
        """Give one's own account another address."""
        return self._do("ModifyAccount", terms, email=email)

    def deactivate_account(self, **terms: Unpack[Writing]) -> Outcome:
        """Close one's own account until it is reactivated."""
        return self._do("DeactivateAccount", terms)

    def reactivate_account(self, **terms: Unpack[Writing]) -> Outcome:
        """Open one's own account again."""
        return self._do("ReactivateAccount", terms)

    def request_attachment(
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
        return self._do(
            "RequestAttachment",
            terms,
            perimeter=perimeter,
            comment=comment,
            identifier_type=identifier_type,
            structure_type=structure_type,
            city=city,
        )

    def attach_user(self, *, email: str, perimeter: Perimeter, **terms: Unpack[Writing]) -> Outcome:
        """Attach the person of an address, at once."""
        return self._do("AttachUser", terms, email=email, perimeter=perimeter)

    def detach_user(
        self, *, account: str, perimeter: Perimeter, **terms: Unpack[Writing]
    ) -> Outcome:
        """End an attachment and every right that rests on it, at once."""
        return self._do("DetachUser", terms, account=account, perimeter=perimeter)

    def leave_structure(self, *, perimeter: Perimeter, **terms: Unpack[Writing]) -> Outcome:
        """End one's own attachment, at once."""
        return self._do("LeaveStructure", terms, perimeter=perimeter)

    def add_entitlements(
        self,
        *,
        account: str,
        perimeter: Perimeter,
        profiles: Iterable[str],
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Give profiles to somebody, after the delay of effect."""
        return self._do(
            "AddEntitlements", terms, account=account, perimeter=perimeter, profiles=profiles
        )

    def remove_entitlements(
        self,
        *,
        account: str,
        perimeter: Perimeter,
        profiles: Iterable[str],
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Take profiles from somebody, at once."""
        return self._do(
            "RemoveEntitlements", terms, account=account, perimeter=perimeter, profiles=profiles
        )

    def remove_all_entitlements(
        self, *, account: str, perimeter: Perimeter, **terms: Unpack[Writing]
    ) -> Outcome:
        """Take every profile from somebody, at once; the attachment stays."""
        return self._do("RemoveAllEntitlements", terms, account=account, perimeter=perimeter)

    def replace_entitlements(
        self,
        *,
        account: str,
        perimeter: Perimeter,
        profiles: Iterable[str],
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Give exactly these profiles to somebody."""
        return self._do(
            "ReplaceEntitlements", terms, account=account, perimeter=perimeter, profiles=profiles
        )

    def duplicate_entitlements(
        self, *, source: str, account: str, perimeter: Perimeter, **terms: Unpack[Writing]
    ) -> Outcome:
        """Give somebody exactly the profiles that `source` has on the perimeter."""
        return self._do(
            "DuplicateEntitlements", terms, source=source, account=account, perimeter=perimeter
        )

    def request_entitlement_change(
        self,
        *,
        perimeter: Perimeter,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        comment: str = "",
        **terms: Unpack[Writing],
    ) -> Outcome:
        """Ask to be given profiles, or to be rid of some; `made` is the approval."""
        return self._do(
            "RequestEntitlementChange",
            terms,
            perimeter=perimeter,
            add=add,
            remove=remove,
            comment=comment,
        )

    def approve(self, *, approval: str, **terms: Unpack[Writing]) -> Outcome:
        """Grant a request of an attachment or of entitlements."""
        return self._do("Approve", terms, approval=approval)

    def approve_account(self, *, approval: str, **terms: Unpack[Writing]) -> Outcome:
        """Grant a request of an account."""
        return self._do("ApproveAccount", terms, approval=approval)

    def refuse(self, *, approval: str, reason: str, **terms: Unpack[Writing]) -> Outcome:
        """Refuse a request of any kind."""
        return self._do("Refuse", terms, approval=approval, reason=reason)

    def withdraw_request(self, *, approval: str, **terms: Unpack[Writing]) -> Outcome:
        """Withdraw one's own request."""
        return self._do("WithdrawRequest", terms, approval=approval)

    def approve_many(self, *, approvals: Iterable[str], **terms: Unpack[Writing]) -> Outcome:
        """Grant several requests of any kind, all of them or none.

        Raises ManyRefused with each at fault.
        """
        return self._do("ApproveMany", terms, approvals=approvals)

    def refuse_many(
        self, *, approvals: Iterable[str], reason: str, **terms: Unpack[Writing]
    ) -> Outcome:
        """Refuse several requests, all of them or none.

        Raises ManyRefused with each at fault.
        """
        return self._do("RefuseMany", terms, approvals=approvals, reason=reason)

    def transfer_principal_manager(
        self, *, structure: str, account: str, **terms: Unpack[Writing]
    ) -> Outcome:
        """Give one's role of principal manager to another, who is attached."""
        return self._do("TransferPrincipalManager", terms, structure=structure, account=account)

    def install_principal_manager(
        self, *, structure: str, account: str, **terms: Unpack[Writing]
    ) -> Outcome:
        """Give the role where nobody can hold it any more; for the support."""
        return self._do("InstallPrincipalManager", terms, structure=structure, account=account)

    def create_structure(
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
        return self._do(
            "CreateStructure",
            terms,
            identifier_type=identifier_type,
            identifier=identifier,
            type=structure_type,
            name=name,
            country=country,
            principal_manager=principal_manager,
        )

    def modify_structure(
        self, *, structure: str, fields: StructureFields, **terms: Unpack[Writing]
    ) -> Outcome:
        """Change the record of a structure, after the delay of effect."""
        return self._do("ModifyStructure", terms, structure=structure, fields=fields)

    def activate_structure(self, *, structure: str, **terms: Unpack[Writing]) -> Outcome:
        """Make a structure active, after the delay of effect."""
        return self._do("ActivateStructure", terms, structure=structure)

    def deactivate_structure(self, *, structure: str, **terms: Unpack[Writing]) -> Outcome:
        """Make a structure inactive, after the delay of effect."""
        return self._do("DeactivateStructure", terms, structure=structure)

    def update_from_insee(
        self, *, structure: str, new_identifier: str = "", **terms: Unpack[Writing]
    ) -> Outcome:
        """Take name and address from the national register; `made` is the identifier."""
        return self._do(
            "UpdateFromInsee", terms, structure=structure, new_identifier=new_identifier
        )

    def create_service(
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
        return self._do(
            "CreateService",
            terms,
            structure=structure,
            code=code,
            name=name,
            description=description,
            commitment_required=commitment_required,
        )

    def modify_service(
        self, *, perimeter: Perimeter, fields: ServiceFields, **terms: Unpack[Writing]
    ) -> Outcome:
        """Change the record of a service, after the delay of effect."""
        return self._do("ModifyService", terms, perimeter=perimeter, fields=fields)

    def activate_service(self, *, perimeter: Perimeter, **terms: Unpack[Writing]) -> Outcome:
        """Make a service active, after the delay of effect."""
        return self._do("ActivateService", terms, perimeter=perimeter)

    def deactivate_service(self, *, perimeter: Perimeter, **terms: Unpack[Writing]) -> Outcome:
        """Make a service inactive, after the delay of effect."""
        return self._do("DeactivateService", terms, perimeter=perimeter)

    def delete_service(self, *, perimeter: Perimeter, **terms: Unpack[Writing]) -> Outcome:
        """Remove a service for good, and the attachments to it."""
        return self._do("DeleteService", terms, perimeter=perimeter)

    def _do(self, method: str, terms: Writing, **fields: object) -> Outcome:
        return self._answer(calls.command(method, terms, **fields), terms.get("deadline"))
