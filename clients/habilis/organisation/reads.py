"""Each read as a call: what is asked, and how its answer is read; both clients make these same."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from habilis.calls import LIST_DEADLINE, Call
from habilis.errors import InvalidQuestionError
from habilis.model import Token
from habilis.organisation.calls import value_of
from habilis.organisation.records import (
    ApprovalPage,
    ApprovalRecord,
    Listing,
    ListingNow,
    Page,
    Reading,
    StructureAnswer,
    StructureRecord,
)
from habilis.organisation.wire import read_record
from habilis.v1 import organisation_pb2
from habilis.wire import consistency_message, read_token, subject_message, timestamp_message

__all__ = ["inbox", "page", "structure"]

_SERVICE: Final = organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"]

_Answer = TypeVar("_Answer")
_Record = TypeVar("_Record")


def structure(terms: Reading, **fields: object) -> Call[Message, StructureAnswer]:
    """The call of GetStructure. Raises InvalidQuestionError for what no message can carry."""

    def answer(response: Any, token: Token) -> StructureAnswer:  # noqa: ANN401  # a response
        record = read_record(StructureRecord, response.structure)
        return StructureAnswer(structure=record, token=token)

    return _call("GetStructure", terms, fields, answer)


def page(
    method: str, kind: type[_Record], terms: Listing | ListingNow, **fields: object
) -> Call[Message, Page[_Record]]:
    """The call of a method that lists records of this kind; a field that is None is left out."""

    def answer(response: Any, token: Token) -> Page[_Record]:  # noqa: ANN401  # a response
        return Page(
            records=_records(kind, response), next_page_token=response.next_page_token, token=token
        )

    return _call(method, terms, fields, answer)


def inbox(terms: Listing, **fields: object) -> Call[Message, ApprovalPage]:
    """The call of ListApprovals."""

    def answer(response: Any, token: Token) -> ApprovalPage:  # noqa: ANN401  # a response
        return ApprovalPage(
            records=_records(ApprovalRecord, response),
            next_page_token=response.next_page_token,
            token=token,
            pending=response.pending,
        )

    return _call("ListApprovals", terms, fields, answer)


def _records(kind: type[_Record], response: Message) -> tuple[_Record, ...]:
    """What stands in the first field of a response, which is for it."""
    found = getattr(response, response.DESCRIPTOR.fields[0].name)
    return tuple(read_record(kind, each) for each in found)


def _call(
    method: str,
    terms: Reading | Listing | ListingNow,
    fields: dict[str, object],
    answer: Callable[[Any, Token], _Answer],
) -> Call[Message, _Answer]:
    described = _SERVICE.methods_by_name[method]
    parts = described.input_type.fields_by_name
    given: Mapping[str, Any] = cast("Mapping[str, Any]", terms)
    moment, at_least = given.get("at"), given.get("at_least")
    paging = {name: given[name] for name in ("page_size", "page_token") if name in given}
    said = {name: value for name, value in fields.items() if value is not None}
    try:
        request = GetMessageClass(described.input_type)(
            subject=subject_message(terms["subject"]),
            consistency=consistency_message(at_least),
            **{name: value_of(parts[name], value) for name, value in said.items()},
            **paging,
            **({} if moment is None else {"at": timestamp_message(moment)}),
        )
    except (TypeError, ValueError) as error:
        raise InvalidQuestionError(f"the question cannot be sent: {error}") from error
    return Call(
        f"/{_SERVICE.full_name}/{method}",
        request,
        GetMessageClass(described.output_type),
        lambda response: answer(response, read_token(_token(response), at_least)),
        LIST_DEADLINE,
    )


def _token(response: Any) -> Any:  # noqa: ANN401  # every response has one
    return response.token
