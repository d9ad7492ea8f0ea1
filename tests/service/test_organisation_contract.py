"""The contract of OrganisationService and the commands say the same: methods, fields, codes."""

from dataclasses import fields
from typing import get_args

import pytest

from habilis.organisation import RefusalCode
from habilis.v1 import organisation_pb2
from habilis_server.organisation.commands import Command

METHODS = {
    method.name: method
    for method in organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"].methods
}
COMMANDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Command)}


def test_every_command_has_its_method() -> None:
    assert set(COMMANDS) <= set(METHODS)


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
