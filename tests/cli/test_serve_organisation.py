"""`habilis serve` with a register and a delay of effect."""

import json
from pathlib import Path

import grpc
import pytest

from habilis.v1 import decision_pb2, organisation_facts_pb2, organisation_pb2
from habilis.v1 import organisation_pb2_grpc as contract
from habilis_server.insee import build_index
from habilis_server.insee.sample import ESTABLISHMENTS, UNITS
from tests.cli.shell import habilis, serving


def test_a_register_and_a_delay_are_given_to_the_commands(policy: Path, tmp_path: Path) -> None:
    index, data = tmp_path / "register.duckdb", tmp_path / "data"
    build_index(ESTABLISHMENTS, UNITS, index)
    habilis("import", policy / "cases" / "facts.jsonl", "--data", data, "--policy", policy)
    words = ("--data", data, "--policy", policy, "--insee", index, "--effect-delay", "1800")
    subject = decision_pb2.Subject(type="user", id="zoe")
    with serving(*words) as address, grpc.insecure_channel(address) as channel:
        stub = contract.OrganisationServiceStub(channel)
        made = stub.CreateStructure(
            organisation_pb2.CreateStructureRequest(
                subject=subject,
                request_id="create",
                identifier_type="SIRET",
                identifier="73282932000074",
                type=organisation_facts_pb2.STRUCTURE_TYPE_PRIVATE,
            ),
            timeout=20,
        ).made
        stub.DeactivateStructure(
            organisation_pb2.DeactivateStructureRequest(
                subject=subject, request_id="deactivate", structure=made
            ),
            timeout=20,
        )
    exported = habilis("export", "--data", data)
    assert exported.code == 0, exported.err
    facts = exported.out

    found = [json.loads(line) for line in facts.splitlines()]
    assert made == "73282932000074", facts[-600:]
    [structure] = [each for each in found if each.get("id") == made == "73282932000074"]
    assert (structure["name"], structure["active"]) == ("MAISON, FILLE", True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--effect-delay", "1801"), "less than or equal to 1800"),
        (("--effect-delay", "-1"), "greater than or equal to 0"),
        (("--insee", "nowhere.csv"), "`nowhere.csv` cannot be read"),
        (("--insee", __file__), "no column `siret`"),
    ],
)
def test_what_cannot_be_served_so_is_refused(
    policy: Path, tmp_path: Path, words: tuple[str, str], told: str
) -> None:
    place = ("--listen", "127.0.0.1:0", "--data", tmp_path, "--policy", policy)
    said = habilis("serve", *place, *words)

    assert said.code == 2
    assert told in said.err
