"""Reading the organisation: what the policy lets the reader see of the facts, and nothing else.

A read is a value; its rules are pure functions, one module a subject, from a
`Reader` (who reads, judged on which facts) to the records that callers know.
"""

from habilis_server.organisation.reading.history import Past, list_history, with_beginnings
from habilis_server.organisation.reading.paging import Found, Slice
from habilis_server.organisation.reading.queries import (
    FactsQuery,
    GetStructure,
    ListApprovals,
    ListAttachments,
    ListEntitlements,
    ListHistory,
    ListMyRequests,
    ListServices,
    Query,
    SearchStructures,
)
from habilis_server.organisation.reading.reader import Reader
from habilis_server.organisation.reading.table import read

__all__ = [
    "FactsQuery",
    "Found",
    "GetStructure",
    "ListApprovals",
    "ListAttachments",
    "ListEntitlements",
    "ListHistory",
    "ListMyRequests",
    "ListServices",
    "Past",
    "Query",
    "Reader",
    "SearchStructures",
    "Slice",
    "list_history",
    "read",
    "with_beginnings",
]
