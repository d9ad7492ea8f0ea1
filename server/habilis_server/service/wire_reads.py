"""From the requests that read the organisation to their queries, field by field."""

from collections.abc import Mapping
from typing import Final, get_args

from google.protobuf.message import Message

from habilis_server.organisation.reading import Query
from habilis_server.service.wire_organisation import fields_from

__all__ = ["QUERIES", "query_from"]

QUERIES: Final[Mapping[str, type[Query]]] = {kind.__name__: kind for kind in get_args(Query)}
"""The reads by their names, which are those of the methods."""


def query_from(name: str, request: Message) -> Query:
    """The query of this name that the request asks; raises InvalidRequestError."""
    query: Query = fields_from(QUERIES[name], request)
    return query
