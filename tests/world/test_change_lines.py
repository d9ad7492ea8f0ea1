"""The JSON of changes and of the keys that came later: what is read, written, refused."""

import json
from typing import Any

import pytest
from hypothesis import given

from habilis import Perimeter
from habilis_server.world import (
    AccountChange,
    Detachment,
    EntitlementChange,
    Record,
    RecordError,
    ServiceChange,
    ServiceRemoval,
    StructureChange,
    StructureRenaming,
)
from habilis_server.world.codec import decode, encode, recall
from tests.world.lines_of_facts import (
    ACCOUNT,
    APPROVAL,
    ATTACHMENT,
    SERVICE,
    SOUND,
    STRUCTURE,
    lines,
    problems,
    read,
)
from tests.world.strategies import changes

WRITTEN: dict[str, Record] = {
    '{"kind":"detachment","account":"u1","structure":"S","service":null}': Detachment(
        account="u1", perimeter=Perimeter("S")
    ),
    '{"kind":"structure_change","id":"S","fields":{"active":false,"label":"","moa":"only"}}': (
        StructureChange(id="S", fields={"moa": "only", "label": "", "active": False})
    ),
    '{"kind":"structure_change","id":"S","fields":{"principal_manager":null}}': StructureChange(
        id="S", fields={"principal_manager": None}
    ),
    '{"kind":"structure_renaming","id":"S","new_id":"T"}': StructureRenaming(id="S", new_id="T"),
    '{"kind":"service_change","structure":"S","service":"A","fields":{"description":"a\\nb"}}': (
        ServiceChange(perimeter=Perimeter("S", "A"), fields={"description": "a\nb"})
    ),
    '{"kind":"service_removal","structure":"S","service":"A"}': ServiceRemoval(
        perimeter=Perimeter("S", "A")
    ),
    '{"kind":"account_change","id":"u1","fields":{"state":"inactive"}}': AccountChange(
        id="u1", fields={"state": "inactive"}
    ),
    '{"kind":"entitlement_change","account":"u1","structure":"S","service":"A",'
    '"added":["a:b","c:d"],"removed":["e:f"]}': EntitlementChange(
        account="u1",
        perimeter=Perimeter("S", "A"),
        added=frozenset({"c:d", "a:b"}),
        removed=frozenset({"e:f"}),
    ),
}


@pytest.mark.parametrize("line", WRITTEN)
def test_a_change_is_written_in_one_way_and_read_again(line: str) -> None:
    record = WRITTEN[line]

    assert encode(record) == line
    assert recall(line) == decode(json.loads(line)) == record


@given(changes)
def test_every_change_comes_back_as_it_went_out(change: Record) -> None:
    line = encode(change)

    assert recall(line) == decode(json.loads(line)) == change
    assert encode(recall(line)) == line


STRUCTURE_CHANGE = {"kind": "structure_change", "id": "S", "fields": {"name": "Ville"}}
SERVICE_CHANGE = {
    "kind": "service_change",
    "structure": "S",
    "service": "A",
    "fields": {"name": "Achats"},
}
ACCOUNT_CHANGE = {"kind": "account_change", "id": "u1", "fields": {"state": "active"}}
ENTITLEMENTS = {
    "kind": "entitlement_change",
    "account": "u1",
    "structure": "S",
    "service": None,
    "added": ["a:b"],
}

FLAWED: dict[str, tuple[dict[str, Any], str]] = {
    "no field": (STRUCTURE_CHANGE | {"fields": {}}, "`fields` names nothing to change"),
    "fields that are no object": (
        STRUCTURE_CHANGE | {"fields": ["name"]},
        "`fields` must be an object, not a list",
    ),
    "a field nobody declared": (
        STRUCTURE_CHANGE | {"fields": {"nam": "x"}},
        "unknown key `nam` in `fields` (did you mean `name`?)",
    ),
    "the identifier": (STRUCTURE_CHANGE | {"fields": {"id": "x"}}, "unknown key `id` in `fields`"),
    "the kind": (STRUCTURE_CHANGE | {"fields": {"kind": "x"}}, "unknown key `kind` in `fields`"),
    "a service's field": (
        STRUCTURE_CHANGE | {"fields": {"description": "x"}},
        "unknown key `description` in `fields`",
    ),
    "the address as a whole": (
        STRUCTURE_CHANGE | {"fields": {"address": {}}},
        "unknown key `address` in `fields`",
    ),
    "a number": (
        STRUCTURE_CHANGE | {"fields": {"active": 1}},
        "`active` must be true or false, not `1`",
    ),
    "an empty name": (STRUCTURE_CHANGE | {"fields": {"name": ""}}, "`name` is empty"),
    "a name that is null": (
        STRUCTURE_CHANGE | {"fields": {"name": None}},
        "`name` must be a text, not `null`",
    ),
    "a label that is null": (
        STRUCTURE_CHANGE | {"fields": {"label": None}},
        "`label` must be a text, not `null`",
    ),
    "no such choice": (
        STRUCTURE_CHANGE | {"fields": {"moa": "onli"}},
        "`moa` must be one of none, with, only, not `onli` (did you mean `only`?)",
    ),
    "a list": (
        STRUCTURE_CHANGE | {"fields": {"label": ["x"]}},
        "`label` must be a text, not a list",
    ),
    "an email that is none": (
        STRUCTURE_CHANGE | {"fields": {"email": "x"}},
        "`email` must read like someone@example.org, not `x`",
    ),
    "two things": (
        STRUCTURE_CHANGE | {"fields": {"active": "no", "moa": 3}},
        "`active` must be true or false, not `no`; `moa` must be one of none, with, only, not `3`",
    ),
    "the same identifier": (
        {"kind": "structure_renaming", "id": "S", "new_id": "S"},
        "`new_id` `S` is the identifier it replaces",
    ),
    "a slash": (
        {"kind": "structure_renaming", "id": "S", "new_id": "S/A"},
        "`new_id` `S/A` has a `/`, which stands between structure and service",
    ),
    "no service": (
        SERVICE_CHANGE | {"service": None},
        "`service` must be a text, not `null`",
    ),
    "no service to remove": (
        {"kind": "service_removal", "structure": "S"},
        "missing key `service` in service_removal",
    ),
    "an account made support": (
        ACCOUNT_CHANGE | {"fields": {"support": True}},
        "unknown key `support` in `fields`",
    ),
    "an account without an email": (
        ACCOUNT_CHANGE | {"fields": {"email": ""}},
        "`email` is empty",
    ),
    "no profile": (
        ENTITLEMENTS | {"added": [], "removed": []},
        "neither `added` nor `removed` names a profile",
    ),
    "added and removed": (
        ENTITLEMENTS | {"removed": ["a:b"]},
        "profile `a:b` is both added and removed",
    ),
    "a profile twice": (ENTITLEMENTS | {"added": ["a:b", "a:b"]}, "`added` lists `a:b` twice"),
    "the default set": (
        ENTITLEMENTS | {"added": "default"},
        "`added` must be a list of profiles, not `default`",
    ),
    "an unknown key": (
        ENTITLEMENTS | {"profiles": "default"},
        "unknown key `profiles` in entitlement_change",
    ),
}


@pytest.mark.parametrize("name", FLAWED)
def test_a_flawed_change_is_refused(name: str) -> None:
    fields, expected = FLAWED[name]

    with pytest.raises(RecordError) as refusal:
        decode(fields)
    assert str(refusal.value) == expected


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (STRUCTURE_CHANGE, "a structure change"),
        (SERVICE_CHANGE, "a service change"),
        (ACCOUNT_CHANGE, "an account change"),
        (ENTITLEMENTS, "an entitlement change"),
        ({"kind": "service_removal", "structure": "S", "service": "A"}, "a service removal"),
    ],
)
def test_a_change_is_no_portable_fact(change: dict[str, object], kind: str) -> None:
    assert problems(lines(*SOUND, change)) == [
        f"line 6: {kind} is a change, not a fact; leave the line out"
    ]


LATER: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "details": (
        STRUCTURE,
        {
            "label": "La mairie",
            "vat": "FR40512377900",
            "email": "contact@example.org",
            "phone": "01 02 03 04 05",
            "insee_undisclosed": True,
            "receives_lifecycles": True,
            "service_code_required": True,
            "payment_status_hidden": True,
            "street": "1 rue X",
            "postal_code": "59000",
            "city": "Lille",
        },
    ),
    "a service": (SERVICE, {"description": "Les achats\n(tous)", "commitment_required": True}),
    "exceptions": (
        ATTACHMENT,
        {"also": ["dume:modification"], "but": ["engagements:consultation"]},
    ),
    "a request": (
        APPROVAL,
        {
            "comment": "Je travaille ici.\nDepuis lundi.",
            "add": ["factures_recues:consultation", "dume:modification"],
            "remove": ["organisation:modification"],
            "requested_at": "2022-02-21T09:30:00Z",
        },
    ),
    "a decision": (
        APPROVAL | {"state": "refused"},
        {
            "add": ["profil:disparu"],
            "decided_by": "u1",
            "decided_at": "2022-02-21T09:30:00.125Z",
            "reason": "Vous êtes parti.",
        },
    ),
    "an unknown structure": (
        APPROVAL | {"object": "account", "structure": None},
        {
            "wanted": {
                "identifier_type": "SIRET",
                "identifier": "11000201100044",
                "name": "Services de l'État",
                "type": "public",
            }
        },
    ),
}


@pytest.mark.parametrize("name", LATER)
def test_the_keys_that_came_later_are_read_and_written(name: str) -> None:
    line, more = LATER[name]
    record = decode(line | more)
    written: dict[str, object] = json.loads(encode(record))

    assert more.items() <= written.items()
    assert recall(encode(record)) == record
    assert not more.keys() & json.loads(encode(decode(line))).keys()


def test_a_request_on_a_service_that_is_gone_is_history_once_it_is_decided() -> None:
    gone = APPROVAL | {"service": "B"}

    assert problems(lines(*SOUND[:-1], gone)) == [
        "line 5: unknown service `B` of structure `S`; give its service line too"
    ]
    assert len(read(lines(*SOUND[:-1], gone | {"state": "withdrawn"}))) == 5


BENT: dict[str, tuple[dict[str, object], str]] = {
    "a time without a zone": (
        APPROVAL | {"requested_at": "2022-02-21T09:30:00"},
        "`requested_at` must be a time such as 2022-02-21T09:30:00Z, not `2022-02-21T09:30:00`",
    ),
    "a day that is none": (
        APPROVAL | {"decided_at": "2022-02-30T09:30:00Z"},
        "`decided_at` must be a time such as 2022-02-21T09:30:00Z, not `2022-02-30T09:30:00Z`",
    ),
    "a hidden character": (
        APPROVAL | {"comment": "a\u202eb"},
        "`comment` `a<U+202E>b` has the invisible character U+202E; remove it",
    ),
    "a comment too long": (
        APPROVAL | {"reason": "a" * 4001},
        f"`reason` `{'a' * 60}…` has 4001 characters; at most 4000 are taken",
    ),
    "an unknown decider": (
        APPROVAL | {"decided_by": "u9"},
        "unknown account `u9`; give its account line too",
    ),
    "an unknown profile asked for": (
        APPROVAL | {"add": ["dume:modificatio"]},
        "unknown profile `dume:modificatio` (did you mean `dume:modification`?)",
    ),
    "a profile that nobody grants": (
        APPROVAL | {"add": ["organisation:modification"]},
        (
            "profile `organisation:modification` is granted by nobody and cannot be listed;"
            " `legacy_secondary_manager` keeps it where the reform of 2022 left it"
        ),
    ),
    "half a structure": (
        APPROVAL | {"object": "account", "wanted": {"name": "x", "nom": "y"}},
        "missing key `identifier_type` in `wanted`",
    ),
    "an exception unknown": (
        ATTACHMENT | {"but": ["inconnu:profil"]},
        "unknown profile `inconnu:profil`",
    ),
    "a flag that is a text": (
        STRUCTURE | {"sends_flows": "yes"},
        "`sends_flows` must be true or false, not `yes`",
    ),
    "an address in one": (STRUCTURE | {"address": "1 rue X"}, "unknown key `address` in structure"),
}


@pytest.mark.parametrize("name", BENT)
def test_a_flaw_in_a_key_that_came_later_is_told(name: str) -> None:
    line, expected = BENT[name]
    kept = [each for each in SOUND if each["kind"] != line["kind"]]
    found = problems(lines(*kept, line))

    assert f"line 5: {expected}" in found


def test_a_fact_that_says_no_more_than_before_is_written_as_before() -> None:
    for line in (ACCOUNT, STRUCTURE, SERVICE, ATTACHMENT, APPROVAL):
        written = json.loads(encode(decode(line)))
        optional = {"moa", "principal_manager", "support", "service", "profiles"}
        assert written.keys() - line.keys() <= {*optional, "legacy_secondary_manager"}
