"""Portable facts come back as they went out."""

import json
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habilis import Perimeter
from habilis.organisation import AccountState, ApprovalObject, ApprovalState, Moa, StructureType
from habilis_server.world import (
    DEFAULT_PROFILES,
    Account,
    Approval,
    Attachment,
    Record,
    Service,
    Structure,
    World,
    write_portable,
)
from habilis_server.world.codec import as_fields, decode, encode, recall
from habilis_server.world.errors import RecordError
from tests.world.lines_of_facts import (
    ACCOUNT,
    APPROVAL,
    ATTACHMENT,
    SERVICE,
    STRUCTURE,
    lines,
    problems,
    read,
)
from tests.world.strategies import WHOLE, records, sound_histories

DOSSIER = """\
{"kind":"attachment","account":"u2","structure":"11000201100044","service":"FAC0000034","profiles":["factures_recues:consultation"],"legacy_secondary_manager":false}
{"kind":"structure","id":"17340430200015","identifier_type":"SIRET","type":"public","name":"ACADEMIE DE MONTPELLIER","active":true,"moa":"only","principal_manager":"u1"}

{"kind":"structure","id":"11000201100044","identifier_type":"SIRET","type":"public","name":"SERVICES DE L'ETAT","active":true}
{"kind":"service","structure":"11000201100044","code":"FAC0000034","name":"SFACT","active":true}
{"kind":"account","id":"u1","email":"u1@example.org","state":"active","support":false}
{"kind":"account","id":"u2","email":"u2@example.org","state":"pending"}
{"kind":"attachment","account":"u1","structure":"17340430200015"}
{"kind":"approval","id":"d1","object":"account","requester":"u2","structure":null,"state":"requested"}
"""  # noqa: E501  # a line of facts is one line

CANONICAL = """\
{"kind":"structure","id":"11000201100044","identifier_type":"SIRET","type":"public","name":"SERVICES DE L'ETAT","active":true,"moa":"none","principal_manager":null}
{"kind":"structure","id":"17340430200015","identifier_type":"SIRET","type":"public","name":"ACADEMIE DE MONTPELLIER","active":true,"moa":"only","principal_manager":"u1"}
{"kind":"service","structure":"11000201100044","code":"FAC0000034","name":"SFACT","active":true}
{"kind":"account","id":"u1","email":"u1@example.org","state":"active","support":false}
{"kind":"account","id":"u2","email":"u2@example.org","state":"pending","support":false}
{"kind":"attachment","account":"u1","structure":"17340430200015","service":null,"profiles":"default","legacy_secondary_manager":false}
{"kind":"attachment","account":"u2","structure":"11000201100044","service":"FAC0000034","profiles":["factures_recues:consultation"],"legacy_secondary_manager":false}
{"kind":"approval","id":"d1","object":"account","requester":"u2","structure":null,"service":null,"state":"requested"}"""  # noqa: E501  # a line of facts is one line


def test_a_dossier_reads_as_its_records() -> None:
    desk = Perimeter("11000201100044", "FAC0000034")

    assert read(DOSSIER) == (
        Attachment(
            account="u2", perimeter=desk, profiles=frozenset({"factures_recues:consultation"})
        ),
        Structure(
            id="17340430200015",
            identifier_type="SIRET",
            type=StructureType.PUBLIC,
            name="ACADEMIE DE MONTPELLIER",
            active=True,
            moa=Moa.ONLY,
            principal_manager="u1",
        ),
        Structure(
            id="11000201100044",
            identifier_type="SIRET",
            type=StructureType.PUBLIC,
            name="SERVICES DE L'ETAT",
            active=True,
            moa=Moa.NONE,
            principal_manager=None,
        ),
        Service(structure=desk.structure, code="FAC0000034", name="SFACT", active=True),
        Account(id="u1", email="u1@example.org", state=AccountState.ACTIVE, support=False),
        Account(id="u2", email="u2@example.org", state=AccountState.PENDING, support=False),
        Attachment(account="u1", perimeter=Perimeter("17340430200015"), profiles=DEFAULT_PROFILES),
        Approval(
            id="d1",
            object=ApprovalObject.ACCOUNT,
            requester="u2",
            perimeter=None,
            state=ApprovalState.REQUESTED,
        ),
    )


def test_what_is_written_has_every_key_in_its_order() -> None:
    assert "\n".join(write_portable(World.of(read(DOSSIER)))) == CANONICAL


@settings(max_examples=300)
@given(sound_histories, st.randoms(use_true_random=False))
def test_what_is_exported_imports_as_what_it_was(history: Sequence[Record], order: Random) -> None:
    world = World.of([*WHOLE, *history])
    exported = list(write_portable(world))
    shuffled = exported.copy()
    order.shuffle(shuffled)
    imported = World.of(read(shuffled))

    assert list(imported.records()) == list(world.records())
    assert list(write_portable(imported)) == exported


@given(records)
def test_a_record_is_read_as_it_was_written(record: Record) -> None:
    assert decode(as_fields(record)) == record
    assert decode(json.loads(encode(record))) == record
    assert recall(encode(record)) == record


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", ""])
def test_line_ends_do_not_matter(end: str) -> None:
    assert read(lines(ACCOUNT) + end) == read([lines(ACCOUNT)])


def test_references_may_be_met_by_what_is_known_already() -> None:
    world = World.of(read(lines(ACCOUNT, STRUCTURE, SERVICE)))

    assert len(read(lines(ATTACHMENT, APPROVAL), world)) == 2
    assert problems(lines(ATTACHMENT | {"account": "u9"}), world) == [
        "line 1: unknown account `u9`; give its account line too"
    ]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"kind":"account"}', '{"kind":"x"}', '{"kind":[]}', "[" * 9999],
)
def test_what_was_never_written_is_not_recalled(text: str) -> None:
    with pytest.raises(RecordError):
        recall(text)
