"""The reads: what people may ask to see, one value each. Who asks is given beside it."""

from dataclasses import dataclass

from habilis import Perimeter
from habilis.organisation import ApprovalState, StructureType

__all__ = [
    "FactsQuery",
    "GetStructure",
    "ListApprovals",
    "ListAttachments",
    "ListEntitlements",
    "ListHistory",
    "ListMyRequests",
    "ListServices",
    "Query",
    "SearchStructures",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetStructure:
    structure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStructures:
    """Every criterion that is given holds; "" and None: any. `name`: a part of title or label."""

    identifier: str = ""
    identifier_type: str = ""
    name: str = ""
    city: str = ""
    type: StructureType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListServices:
    structure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAttachments:
    """Of a structure and its services, or of one service."""

    perimeter: Perimeter


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntitlements:
    """`account` "": the reader's own."""

    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListApprovals:
    """`structure` "": all that the reader may consult. `state` None: every state."""

    structure: str = ""
    state: ApprovalState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMyRequests:
    state: ApprovalState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHistory:
    """Of a structure and its services, or of one service."""

    perimeter: Perimeter


FactsQuery = (
    GetStructure
    | SearchStructures
    | ListServices
    | ListAttachments
    | ListEntitlements
    | ListApprovals
    | ListMyRequests
)
"""The reads of the facts at one moment."""

Query = FactsQuery | ListHistory
