"""The reads, for a caller that waits for their answers."""

from typing import Unpack

import grpc

from habilis.connection import Connection
from habilis.errors import HabilisError
from habilis.model import Perimeter
from habilis.organisation import calls, reads
from habilis.organisation.facts import ApprovalState, StructureType
from habilis.organisation.records import (
    ApprovalPage,
    ApprovalRecord,
    AttachmentRecord,
    HistoryEntry,
    Listing,
    ListingNow,
    Page,
    Reading,
    ServiceRecord,
    StructureAnswer,
    StructureRecord,
)

__all__ = ["OrganisationReader"]


class OrganisationReader(Connection):
    """The organisation of a Habilis server, read: a method for each read.

    Each takes `subject`, the account of who reads, and raises AccessDenied for
    what the policy does not let that account see, or another HabilisError.
    """

    def get_structure(self, *, structure: str, **terms: Unpack[Reading]) -> StructureAnswer:
        """The record of a structure."""
        call = reads.structure(terms, structure=structure)
        return self._answer(call, terms.get("deadline"))

    def search_structures(
        self,
        *,
        identifier: str = "",
        identifier_type: str = "",
        name: str = "",
        city: str = "",
        structure_type: StructureType | None = None,
        **terms: Unpack[Listing],
    ) -> Page[StructureRecord]:
        """The structures that meet every criterion given, by identifier.

        `name` is a part of the title or the label, `city` the whole town; case and
        accents do not count. Of the private ones, those that the subject may consult.
        """
        return self._answer(
            reads.page(
                "SearchStructures",
                StructureRecord,
                terms,
                identifier=identifier,
                identifier_type=identifier_type,
                name=name,
                city=city,
                type=structure_type,
            ),
            terms.get("deadline"),
        )

    def list_services(self, *, structure: str, **terms: Unpack[Listing]) -> Page[ServiceRecord]:
        """The services that the subject may consult, active or not, by code."""
        return self._answer(
            reads.page("ListServices", ServiceRecord, terms, structure=structure),
            terms.get("deadline"),
        )

    def list_attachments(
        self, *, perimeter: Perimeter, **terms: Unpack[Listing]
    ) -> Page[AttachmentRecord]:
        """Who is attached to a structure and its services, or to one service."""
        return self._answer(
            reads.page("ListAttachments", AttachmentRecord, terms, perimeter=perimeter),
            terms.get("deadline"),
        )

    def list_entitlements(
        self, *, account: str = "", **terms: Unpack[Listing]
    ) -> Page[AttachmentRecord]:
        """What a person is entitled to, and where; `account` "": the subject."""
        return self._answer(
            reads.page("ListEntitlements", AttachmentRecord, terms, account=account),
            terms.get("deadline"),
        )

    def list_approvals(
        self, *, structure: str = "", state: ApprovalState | None = None, **terms: Unpack[Listing]
    ) -> ApprovalPage:
        """What was asked of a structure, the oldest first; `structure` "": all one's inboxes."""
        return self._answer(
            reads.inbox(terms, structure=structure, state=state), terms.get("deadline")
        )

    def list_my_requests(
        self, *, state: ApprovalState | None = None, **terms: Unpack[Listing]
    ) -> Page[ApprovalRecord]:
        """What the subject asked for and what became of it, the newest first."""
        return self._answer(
            reads.page("ListMyRequests", ApprovalRecord, terms, state=state), terms.get("deadline")
        )

    def list_history(
        self, *, perimeter: Perimeter, **terms: Unpack[ListingNow]
    ) -> Page[HistoryEntry]:
        """What changed on a perimeter, by whom and on whose request, the newest first."""
        return self._answer(
            reads.page("ListHistory", HistoryEntry, terms, perimeter=perimeter),
            terms.get("deadline"),
        )

    def _meant(self, error: grpc.RpcError) -> HabilisError:
        return calls.failure_of(error)
