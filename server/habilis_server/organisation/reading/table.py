"""Which function makes which read of the facts: one line each."""

from collections.abc import Callable
from typing import Any, Final

from habilis_server.organisation.reading import approvals, attachments, queries, structures
from habilis_server.organisation.reading.paging import Found, Slice
from habilis_server.organisation.reading.reader import Reader

__all__ = ["READS", "Read", "read"]

Read = Callable[[Any, Reader, Slice], Found]
"""Takes a query of the type under which it stands."""


def _reads() -> dict[type, Read]:
    return {
        queries.GetStructure: structures.get_structure,
        queries.SearchStructures: structures.search_structures,
        queries.ListServices: structures.list_services,
        queries.ListAttachments: attachments.list_attachments,
        queries.ListEntitlements: attachments.list_entitlements,
        queries.ListApprovals: approvals.list_approvals,
        queries.ListMyRequests: approvals.list_my_requests,
    }


READS: Final = _reads()


def read(query: queries.FactsQuery, reader: Reader, part: Slice) -> Found:
    """A part of what the reader may see. Raises AccessRefused; nothing is recorded here."""
    return READS[type(query)](query, reader, part)
