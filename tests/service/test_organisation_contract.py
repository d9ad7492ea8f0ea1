"""The contract of OrganisationService and the code say the same: methods, fields, words, codes."""

import re
from dataclasses import fields
from enum import StrEnum
from typing import get_args

import pytest

from habilis import organisation
from habilis.organisation import RefusalCode, records
from habilis.v1 import organisation_facts_pb2, organisation_pb2
from habilis_server.organisation.commands import Command
from habilis_server.service.wire_reads import QUERIES

METHODS = {
    method.name: method
    for method in organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"].methods
}
COMMANDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Command)}


def test_every_method_is_a_command_or_a_read() -> None:
    assert set(COMMANDS) | set(QUERIES) == set(METHODS)


@pytest.mark.parametrize("name", QUERIES)
def test_a_request_says_who_reads_and_all_that_the_query_holds(name: str) -> None:
    said = [field.name for field in METHODS[name].input_type.fields]
    asked = [part.name for part in fields(QUERIES[name])]

    assert said[: len(asked) + 1] == ["subject", *asked]
    assert {*said[len(asked) + 1 :]} <= {"at", "consistency", "page_size", "page_token"}


RECORDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        records.Person,
        records.StructureRecord,
        records.ServiceRecord,
        records.AttachmentRecord,
        records.ApprovalRecord,
        records.HistoryEntry,
        organisation.StructureDetails,
        organisation.Address,
        organisation.WantedStructure,
    )
}
WORDS: tuple[type[StrEnum], ...] = (
    organisation.AccountState,
    organisation.ApprovalObject,
    organisation.ApprovalState,
    organisation.Moa,
    organisation.StructureType,
    records.HistoryEvent,
)


def test_every_message_of_the_facts_is_a_record_with_the_same_fields() -> None:
    messages = organisation_facts_pb2.DESCRIPTOR.message_types_by_name
    said = {name: {field.name for field in each.fields} for name, each in messages.items()}

    assert said == {name: {part.name for part in fields(each)} for name, each in RECORDS.items()}


def test_every_word_of_the_facts_is_published() -> None:
    published = {
        name: [value.name for value in each.values if value.number]
        for name, each in organisation_facts_pb2.DESCRIPTOR.enum_types_by_name.items()
    }

    for words in WORDS:
        prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", words.__name__).upper()
        assert published.pop(words.__name__) == [f"{prefix}_{word.name}" for word in words]
    assert published == {}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_request_says_who_acts_and_all_that_the_command_holds(name: str) -> None:
    said = [field.name for field in METHODS[name].input_type.fields]

    assert said == ["subject", "request_id", *(part.name for part in fields(COMMANDS[name]))]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_response_tells_the_state_and_what_was_made(name: str) -> None:
    assert [field.name for field in METHODS[name].output_type.fields] == ["token", "made"]


def test_every_code_of_refusal_is_published() -> None:
    published = organisation_pb2.RefusalCode.DESCRIPTOR.values

    names = [value.name.removeprefix("REFUSAL_CODE_") for value in published]
    assert set(names) == set(RefusalCode.__members__)
