"""Flawed facts are refused whole, with every problem, its line and its remedy."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habilis_server.world import FactsError, stream_portable
from habilis_server.world.codec import decode
from habilis_server.world.portable import MAX_LINE, MOST_PROBLEMS
from tests.world.lines_of_facts import (
    ACCOUNT,
    APPROVAL,
    ATTACHMENT,
    SERVICE,
    SOUND,
    STRUCTURE,
    Fields,
    lines,
    problems,
    read,
)
from tests.world.strategies import GRANTABLE

# What is written instead, and all that is said of it.
FLAWED: dict[str, tuple[str, list[str]]] = {
    "nothing at all": ("", ["no record was found; the file is empty"]),
    "blank lines": ("\n \n", ["no record was found; the file is empty"]),
    "not JSON": ("{'kind'}", ["line 1: not JSON: expecting property name enclosed in double"]),
    "cut off": ('{"kind":"account"', ["line 1: not JSON: expecting ',' delimiter at column 18"]),
    "two objects": (lines(ACCOUNT) + "{}", ["line 1: not JSON: extra data"]),
    "a list": ("[1]", ["line 1: not a JSON object"]),
    "a number that is none": ('{"kind":NaN}', ["line 1: not JSON: `NaN` is not a number"]),
    "a number too long": ('{"kind":' + "9" * 5000 + "}", ["line 1: not JSON: a number is too lo"]),
    "nested deeply": ("[" * 60_000, ["line 1: not JSON: nested too deeply"]),
    "a long line": (" " * MAX_LINE + "{}", ["line 1: the line has 65538 characters; at most"]),
    "byte order mark": ("\ufeff" + lines(ACCOUNT), ["line 1: a byte order mark opens the line"]),
    "not UTF-8": (
        lines(ACCOUNT).replace("u1@", "u\udce9@"),
        ["line 1: `email` `u<U+DCE9>@example.org` is not UTF-8; save the file as UTF-8"],
    ),
    "a key twice": ('{"kind":"account","kind":"x"}', ["line 1: key `kind` stands twice; keep"]),
    "no kind": ("{}", ["line 1: missing key `kind`"]),
    "unknown kind": (
        '{"kind":"acount"}',
        ["line 1: unknown kind `acount` (did you mean `account`?)"],
    ),
    "kind of a wrong type": ('{"kind":[]}', ["line 1: unknown kind a list"]),
    "a detachment": (
        lines(ACCOUNT, STRUCTURE, {"kind": "detachment", "account": "u1", "structure": "S"}),
        ["line 3: a detachment is a change, not a fact; leave the line out"],
    ),
    "a second record of one thing": (
        lines(*SOUND, SERVICE | {"active": False}),
        ["line 6: service `S` `A` is already given by line 3; keep one"],
    ),
    "a second tie with another way to say no service": (
        lines(ACCOUNT, STRUCTURE, *(2 * [{**ATTACHMENT, "service": None}])),
        ["line 4: attachment `u1` `S` is already given by line 3; keep one"],
    ),
    "unknown references": (
        lines(SERVICE, ATTACHMENT, APPROVAL, STRUCTURE | {"id": "T", "principal_manager": "u9"}),
        [
            "line 1: unknown structure `S`; give its structure line too",
            "line 2: unknown account `u1`; give its account line too",
            "line 2: unknown structure `S`; give its structure line too",
            "line 3: unknown account `u1`; give its account line too",
            "line 3: unknown structure `S`; give its structure line too",
            "line 4: unknown account `u9`; give its account line too",
        ],
    ),
    "unknown service": (
        lines(ACCOUNT, STRUCTURE, ATTACHMENT | {"service": "a"}),
        ["line 3: unknown service `a` of structure `S`; give its service line too"],
    ),
    "a reference in another case": (
        lines(ACCOUNT, STRUCTURE, SERVICE | {"structure": "s"}),
        ["line 3: unknown structure `s`; give its structure line too"],
    ),
    "a wrong line that others refer to": (
        lines(ACCOUNT | {"state": "activ"}, STRUCTURE, SERVICE, ATTACHMENT),
        ["line 1: `state` must be one of pending, active, inactive, not `activ` (did you mean"],
    ),
    "unknown profiles": (
        lines(*SOUND[:3], ATTACHMENT | {"profiles": ["factures_reçues:consultation", "x"]}),
        [
            "line 4: unknown profile `factures_reçues:consultation` (did you mean `factures_recu",
            "line 4: unknown profile `x`",
        ],
    ),
    "a profile granted by nobody": (
        lines(*SOUND[:3], ATTACHMENT | {"profiles": ["organisation:modification"]}),
        [
            "line 4: profile `organisation:modification` is granted by nobody and cannot be list",
        ],
    ),
}


@pytest.mark.parametrize(("text", "said"), FLAWED.values(), ids=FLAWED)
def test_a_flawed_file_is_refused_with_all_that_is_wrong(text: str, said: list[str]) -> None:
    found = problems(text)

    assert len(found) == len(said)
    for problem, beginning in zip(found, said, strict=True):
        assert problem.startswith(beginning)


# One key of one sound line with another value (... removes it), and what is said of it.
# Lines that may follow the sound ones, and that no other line refers to.
OTHER_ACCOUNT: Fields = ACCOUNT | {"id": "u2"}
OTHER_STRUCTURE: Fields = STRUCTURE | {"id": "T"}
OTHER_SERVICE: Fields = SERVICE | {"code": "B"}
OTHER_ATTACHMENT: Fields = ATTACHMENT | {"service": None}
OTHER_APPROVAL: Fields = APPROVAL | {"id": "d2"}

BENT: list[tuple[Fields, str, object, str]] = [
    (OTHER_ACCOUNT, "id", ..., "missing key `id` in account"),
    (OTHER_ACCOUNT, "id", "", "`id` is empty"),
    (OTHER_ACCOUNT, "id", "  ", "`id` `  ` is blank"),
    (OTHER_ACCOUNT, "id", " u1", "`id` ` u1` begins or ends with a space; remove it"),
    (OTHER_ACCOUNT, "id", "x" * 257, "has 257 characters; at most 256 are taken"),
    (
        OTHER_ACCOUNT,
        "id",
        "u\u200b1",
        "`id` `u<U+200B>1` has the invisible character U+200B; remove",
    ),
    (OTHER_ACCOUNT, "id", "zoe\u0301", "write it in the form NFC"),
    (OTHER_ACCOUNT, "id", 12, "`id` must be a text, not `12`"),
    (OTHER_ACCOUNT, "id", None, "`id` must be a text, not `null`"),
    (OTHER_ACCOUNT, "id", True, "`id` must be a text, not `true`"),
    (OTHER_ACCOUNT, "id", ["u1"], "`id` must be a text, not a list"),
    (OTHER_ACCOUNT, "id", {"is": "u1"}, "`id` must be a text, not an object"),
    (OTHER_ACCOUNT, "email", "anna", "`email` must read like someone@example.org, not `anna`"),
    (OTHER_ACCOUNT, "email", "@example.org", "must read like"),
    (
        OTHER_ACCOUNT,
        "state",
        "ACTIVE",
        "`state` must be one of pending, active, inactive, not `ACTIVE`",
    ),
    (OTHER_ACCOUNT, "support", 1, "`support` must be true or false, not `1`"),
    (OTHER_ACCOUNT, "support", "false", "`support` must be true or false, not `false`"),
    (OTHER_ACCOUNT, "support", None, "`support` must be true or false, not `null`"),
    (OTHER_ACCOUNT, "suport", True, "unknown key `suport` in account (did you mean `support`?)"),
    (OTHER_ACCOUNT, "colour", "blue", "unknown key `colour` in account"),
    (
        OTHER_STRUCTURE,
        "id",
        "A/B",
        "`id` `A/B` has a `/`, which stands between structure and service",
    ),
    (OTHER_STRUCTURE, "identifier_type", "SIREN", "not `SIREN` (did you mean `SIRET`?)"),
    (
        OTHER_STRUCTURE,
        "identifier_type",
        "siret",
        "must be one of SIRET, UE_HORS_FRANCE, HORS_UE, RI",
    ),
    (
        OTHER_STRUCTURE,
        "type",
        "publique",
        "must be one of public, private, not `publique` (did you",
    ),
    (OTHER_STRUCTURE, "name", "", "`name` is empty"),
    (OTHER_STRUCTURE, "active", 0, "`active` must be true or false, not `0`"),
    (OTHER_STRUCTURE, "active", ..., "missing key `active` in structure"),
    (OTHER_STRUCTURE, "moa", True, "`moa` must be one of none, with, only, not `true`"),
    (OTHER_STRUCTURE, "moa", None, "`moa` must be one of none, with, only, not `null`"),
    (OTHER_STRUCTURE, "principal_manager", "", "`principal_manager` is empty"),
    (OTHER_STRUCTURE, "principal_manager", False, "must be a text, not `false`"),
    (OTHER_SERVICE, "code", ..., "missing key `code` in service"),
    (OTHER_SERVICE, "code", None, "`code` must be a text, not `null`"),
    (OTHER_ATTACHMENT, "service", "", "`service` is empty"),
    (
        OTHER_ATTACHMENT,
        "profiles",
        "all",
        "`profiles` must be `default` or a list of profiles, not `a",
    ),
    (
        OTHER_ATTACHMENT,
        "profiles",
        None,
        "`profiles` must be `default` or a list of profiles, not `n",
    ),
    (OTHER_ATTACHMENT, "profiles", [1], "`profiles` must list profiles by name, not `1`"),
    (OTHER_ATTACHMENT, "profiles", [GRANTABLE[0]] * 2, f"`profiles` lists `{GRANTABLE[0]}` twice"),
    (OTHER_ATTACHMENT, "legacy_secondary_manager", 0, "must be true or false, not `0`"),
    (
        OTHER_APPROVAL,
        "object",
        "compte",
        "must be one of entitlement, attachment, account, not `com",
    ),
    (OTHER_APPROVAL, "state", ..., "missing key `state` in approval"),
    (OTHER_APPROVAL, "structure", None, "an approval of attachment needs its `structure`"),
    (OTHER_APPROVAL, "structure", ..., "missing key `structure` in approval"),
]


@pytest.mark.parametrize(
    ("line", "key", "value", "said"),
    [
        pytest.param(*row, id=f"{number}-{row[0]['kind']}-{row[1]}")
        for number, row in enumerate(BENT)
    ],
)
def test_a_bent_key_is_refused_with_its_line_and_its_reason(
    line: Fields, key: str, value: object, said: str
) -> None:
    bent = {name: value for name, value in (line | {key: value}).items() if value is not ...}
    (problem,) = problems(lines(*SOUND, bent))

    assert problem.startswith("line 6: ")
    assert said in problem


def test_the_lines_that_are_bent_are_sound() -> None:
    others = [OTHER_ACCOUNT, OTHER_STRUCTURE, OTHER_SERVICE, OTHER_ATTACHMENT, OTHER_APPROVAL]

    assert len(read(lines(*SOUND, *others))) == 10


def test_a_service_without_its_structure_is_refused() -> None:
    orphan = APPROVAL | {"object": "account", "structure": None, "service": "A"}

    assert problems(lines(ACCOUNT, orphan)) == [
        "line 2: `service` is given without its `structure`"
    ]


def test_problems_come_in_the_order_of_the_lines_and_are_counted() -> None:
    text = lines(ATTACHMENT, ACCOUNT | {"state": "x"}, STRUCTURE | {"moa": 1}) + "\n{"

    with pytest.raises(FactsError) as refusal:
        read(text)
    told = str(refusal.value).splitlines()

    assert [line.partition(":")[0] for line in told[:-1]] == [
        "line 1",
        "line 2",
        "line 3",
        "line 4",
    ]
    assert told[-1] == "4 problems; nothing was taken"


def test_of_a_great_many_problems_the_first_are_told_and_all_are_counted() -> None:
    text = "{\n" * (MOST_PROBLEMS + 5)

    with pytest.raises(FactsError) as refusal:
        read(text)
    *told, more, end = str(refusal.value).splitlines()

    assert [line.partition(":")[0] for line in told] == [
        f"line {number}" for number in range(1, MOST_PROBLEMS + 1)
    ]
    assert more == "… and 5 more"
    assert end == f"{MOST_PROBLEMS + 5} problems; nothing was taken"


def test_no_record_is_given_after_the_first_problem() -> None:
    """What follows could not be kept: a text that is not UTF-8 has no octets to write."""
    text = lines(ACCOUNT, ACCOUNT | {"id": "\udcff"}, ACCOUNT | {"id": "b"})
    stream = stream_portable(text.split("\n"), known_profiles=(), grantable_profiles=())

    assert next(stream) == decode(ACCOUNT)
    with pytest.raises(FactsError, match="line 2"):
        next(stream)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_read_or_refused(text: str) -> None:
    with contextlib.suppress(FactsError):
        read(text)


@given(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["account", "structure", "service", "attachment", "approval"])},
        optional=dict.fromkeys(
            ["id", "email", "state", "structure", "service", "profiles", "support", "object"],
            st.recursive(
                st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.text(max_size=3), inner, max_size=3)
                ),
                max_leaves=4,
            ),
        ),
    )
)
def test_no_object_does_more_than_be_read_or_refused(fields: dict[str, object]) -> None:
    with contextlib.suppress(FactsError):
        read(json.dumps(fields))
