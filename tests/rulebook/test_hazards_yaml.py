"""What YAML does behind a reader's back, one row a trap; the policy reader falls into none."""

import time
from collections.abc import Iterator

import pytest
import yaml

from habilis_companion.reviewed.problems import Place, Problems, ReviewedError
from habilis_companion.reviewed.yaml_nodes import (
    MAX_BYTES,
    MAX_DEPTH,
    MapNode,
    Node,
    SeqNode,
    TextNode,
    read_yaml,
)
from tests.rulebook.small_policy import FACTURES, FILES, problems_of, with_text

TEXT = FILES[FACTURES].decode()
LABEL = "label: Le vendeur consulte"
EFFECT = "    effect: allow\n"
ACTIONS = "actions: [factures.consulter]"

# A list of lists of lists: 1 kB that means some forty million nodes.
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{former}'] * 9)}]\n"
    for former, name in zip("abcdefg", "bcdefgh", strict=True)
)


def problems(content: bytes) -> list[str]:
    found = Problems()
    read_yaml(FACTURES, content, found)
    try:
        found.raise_if_any()
    except ReviewedError as error:
        return [str(problem) for problem in error.problems]
    return []


def bent(old: str, new: str) -> list[str]:
    return problems(with_text(FACTURES, old, new)[FACTURES])


def safe(text: str) -> object:
    """What PyYAML makes of it: the calibration of each row."""
    return yaml.safe_load(text)


def test_a_duplicate_key_is_refused_where_yaml_lets_the_last_one_win() -> None:
    assert safe("{eft: deny, eft: allow}") == {"eft": "allow"}

    assert bent(EFFECT, f"    effect: deny\n{EFFECT}") == [
        "rules/factures.yaml:7:5: `effect` repeats the key of line 6; keep one"
    ]
    assert bent(EFFECT, f'    "effect": deny\n{EFFECT}') == [
        "rules/factures.yaml:7:5: `effect` repeats the key of line 6; keep one"
    ]


IMPLICIT = [
    ("NO", False, "bool"),
    ("off", False, "bool"),
    ("yes", True, "bool"),
    ("True", True, "bool"),
    ("22:30", 1350, "int"),
    ("1_000", 1000, "int"),
    ("017", 15, "int"),
    ("0x1F", 31, "int"),
    ("12", 12, "int"),
    ("1.5", 1.5, "float"),
    ("1.0e+3", 1000.0, "float"),
    (".inf", float("inf"), "float"),
    ("~", None, "null"),
    ("null", None, "null"),
]


@pytest.mark.parametrize(("word", "value", "kind"), IMPLICIT)
def test_a_plain_word_that_yaml_reads_as_something_else_is_refused(
    word: str, value: object, kind: str
) -> None:
    assert safe(f"label: {word}") == {"label": value}

    assert bent(LABEL, f"label: {word}") == [
        f'rules/factures.yaml:5:12: `{word}` reads as {kind}, not text; quote it: "{word}"'
    ]
    assert bent(LABEL, f'label: "{word}"') == []
    assert bent(LABEL, f"label: '{word}'") == []


@pytest.mark.parametrize(
    ("word", "kind"), [("2024-01-01", "timestamp"), ("=", "value"), ("<<", "merge")]
)
def test_dates_and_yaml_s_own_signs_are_refused_unless_quoted(word: str, kind: str) -> None:
    assert bent(LABEL, f"label: {word}") == [
        f'rules/factures.yaml:5:12: `{word}` reads as {kind}, not text; quote it: "{word}"'
    ]
    assert bent(LABEL, f'label: "{word}"') == []


def test_a_key_without_value_is_refused_where_yaml_says_none() -> None:
    assert safe("label:") == {"label": None}

    assert bent(LABEL, "label:") == [
        'rules/factures.yaml:5:11: `nothing` reads as null, not text; quote it: ""'
    ]


def test_a_merge_is_refused_where_yaml_brings_keys_in() -> None:
    assert safe("{<<: {effect: allow}, id: r}") == {"effect": "allow", "id": "r"}

    assert bent(EFFECT, "    <<: {effect: allow}\n") == [
        'rules/factures.yaml:6:5: `<<` reads as merge, not text; quote it: "<<"'
    ]


def test_an_anchor_is_refused_even_when_nothing_points_to_it() -> None:
    assert bent(ACTIONS, "actions: &a [factures.consulter]") == [
        "rules/factures.yaml:7:14: anchor `&a`; write the value out where it is used"
    ]
    assert bent(LABEL, "label: &a Le vendeur") == [
        "rules/factures.yaml:5:12: anchor `&a`; write the value out where it is used"
    ]
    assert bent(LABEL, "&a label: Le vendeur") == [
        "rules/factures.yaml:5:5: anchor `&a`; write the value out where it is used"
    ]


def test_a_reference_to_itself_is_refused_where_yaml_builds_a_loop() -> None:
    loop = safe("&a [*a]")
    assert isinstance(loop, list)
    assert loop[0] is loop

    anchor, alias = bent(ACTIONS, "actions: &a [*a]")
    assert anchor == "rules/factures.yaml:7:14: anchor `&a`; write the value out where it is used"
    assert alias == "rules/factures.yaml:7:18: an alias; write the value out"


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    begun = time.process_time()
    found = problems(BOMB.encode())

    assert time.process_time() - begun < 1
    assert len(BOMB) < 1100
    assert "rules/factures.yaml:2:8: an alias; write the value out" in found


@pytest.mark.parametrize("levels", [900, 5_000, 100_000])
def test_a_nest_of_lists_is_refused_where_yaml_s_own_stack_gives_way(levels: int) -> None:
    nest = "[" * levels + "]" * levels
    if levels < 1_000:
        with pytest.raises(RecursionError):
            safe(nest)

    begun = time.process_time()
    assert problems(nest.encode()) == [
        f"rules/factures.yaml:1:{MAX_DEPTH + 1}: nested deeper than 20 levels; flatten it"
    ]
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("nest", "column"),
    [
        ("{a: " * 900 + "b" + "}" * 900, 4 * MAX_DEPTH - 2),
        ("".join("  " * level + "a:\n" for level in range(900)), None),
    ],
    ids=["flow", "block"],
)
def test_a_nest_of_mappings_is_refused(nest: str, column: int | None) -> None:
    (found,) = problems(nest.encode())

    assert found.endswith("nested deeper than 20 levels; flatten it")
    if column is not None:
        assert found.startswith(f"rules/factures.yaml:1:{column}:")


def test_what_is_as_deep_as_allowed_is_read() -> None:
    levels = MAX_DEPTH - 1

    assert problems(("[" * levels + "mot" + "]" * levels).encode()) == []


# Each is invisible, or turns the line around; PyYAML takes them as they come.
HIDDEN = ["\u200b", "\u200d", "\u202e", "\u2066", "\u00ad", "\u2060", "\ue000", "\u0085", "\u2028"]


@pytest.mark.parametrize("character", HIDDEN, ids=ascii)
def test_a_character_that_cannot_be_seen_is_refused_with_its_place(character: str) -> None:
    assert bent("    as: vendeur", f"    a{character}s: vendeur") == [
        f"rules/factures.yaml:8:6: invisible character U+{ord(character):04X}; remove it"
    ]
    assert bent("consulte", f"con{character}sulte")[0].endswith("remove it")


def hidden(code: str) -> str:
    return (
        f"rules/factures.yaml:5:12: the text holds U+{code}, which can't be seen;"
        " write it on one line, without it"
    )


@pytest.mark.parametrize("character", HIDDEN, ids=ascii)
def test_an_escape_brings_no_hidden_character_in(character: str) -> None:
    escape = f"\\u{ord(character):04x}"

    assert bent(LABEL, f'label: "Le vendeur{escape}"') == [hidden(f"{ord(character):04X}")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('"Le\\nvendeur"', "000A"),
        ('"Le\\0vendeur"', "0000"),
        ('"Le\\evendeur"', "001B"),
        ('"Le\\tvendeur"', "0009"),
        ("'Le\tvendeur'", "0009"),
        ("|\n      Le vendeur", "000A"),
        (">\n      Le vendeur", "000A"),
    ],
)
def test_a_text_holds_no_control_and_stands_on_one_line(text: str, code: str) -> None:
    assert bent(LABEL, f"label: {text}") == [hidden(code)]


def test_1_and_true_are_no_keys_where_yaml_makes_one_of_both() -> None:
    assert safe("{1: a, true: b}") == {1: "b"}

    head = "application: factures\n"
    assert bent(head, f"{head}1: a\ntrue: b\n") == [
        'rules/factures.yaml:3:1: `1` reads as int, not text; quote it: "1"',
        'rules/factures.yaml:4:1: `true` reads as bool, not text; quote it: "true"',
    ]


@pytest.mark.parametrize("key", ["[a]", "{a: b}"])
def test_a_key_is_a_word(key: str) -> None:
    assert bent(EFFECT, f"    ? {key}\n    : b\n{EFFECT}") == [
        "rules/factures.yaml:6:7: a key that is not text; write a plain word"
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"# rien\n"], ids=["empty", "blank", "note"])
def test_an_empty_file_is_refused_where_yaml_says_none(content: bytes) -> None:
    assert safe(content.decode()) is None

    assert problems(content) == [
        "rules/factures.yaml:1:1: empty file; write its content or delete it"
    ]


def test_a_document_of_nothing_is_refused_too() -> None:
    assert problems(b"---\n") == [
        'rules/factures.yaml:2:1: `nothing` reads as null, not text; quote it: ""'
    ]


def test_a_list_of_600_kb_is_read_in_time() -> None:
    content = b"a:\n" + b"  - mot\n" * 75_000
    assert 600_000 <= len(content) < MAX_BYTES

    begun = time.process_time()
    assert problems(content) == []
    assert time.process_time() - begun < 2


def test_a_file_over_a_mebibyte_is_not_even_read() -> None:
    content = TEXT.encode() + b"# " + b"x" * MAX_BYTES

    begun = time.process_time()
    assert problems(content) == [
        "rules/factures.yaml:1:1: larger than 1048576 bytes; split the file"
    ]
    assert time.process_time() - begun < 0.5
    assert problems(TEXT.encode() + b"#" * (MAX_BYTES - len(TEXT.encode()))) == []


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("!!python/object/apply:os.system [ls]", "tag:yaml.org,2002:python/object/apply:os.system"),
        ("!!python/name:os.system x", "tag:yaml.org,2002:python/name:os.system"),
        ("!!str Le vendeur", "tag:yaml.org,2002:str"),
        ("!!binary YQ==", "tag:yaml.org,2002:binary"),
        ("!!set {a, b}", "tag:yaml.org,2002:set"),
        ("!local Le vendeur", "!local"),
        ("! Le vendeur", "!"),
    ],
)
def test_a_tag_is_refused_and_builds_nothing(written: str, tag: str) -> None:
    found = bent(LABEL, f"label: {written}")

    assert found[0] == (f"rules/factures.yaml:5:12: tag `{tag}`; remove it, every value is text")


def test_a_second_document_is_refused() -> None:
    line = TEXT.count("\n") + 1

    for more in ("---\na: b\n", "---\n", "...\n---\n"):
        (found,) = problems((TEXT + more).encode())
        assert found.endswith("a second document; keep one document a file")
        assert found.startswith(f"rules/factures.yaml:{line + more.startswith('...')}:1:")


NOT_TEXT = {
    "byte order mark": (
        b"\xef\xbb\xbf" + TEXT.encode(),
        "rules/factures.yaml:1:1: invisible character U+FEFF; remove it",
    ),
    "NUL": (
        TEXT.encode().replace(b"Le vendeur", b"Le\0vendeur", 1),
        "rules/factures.yaml:5:14: invisible character U+0000; remove it",
    ),
    "escape": (
        TEXT.encode().replace(b"Le vendeur", b"Le\x1bvendeur", 1),
        "rules/factures.yaml:5:14: invisible character U+001B; remove it",
    ),
    "Latin-1": (
        TEXT.encode().replace(b"vendeur", b"vend\xe9ur", 1),
        "rules/factures.yaml:1:1: not UTF-8 at byte 104; save the file as UTF-8",
    ),
    "UTF-16": (
        b"a\0:\0 \0b\0",
        "rules/factures.yaml:1:2: invisible character U+0000; remove it",
    ),
    "UTF-16 with its mark": (
        TEXT.encode("utf-16"),
        "rules/factures.yaml:1:1: not UTF-8 at byte 0; save the file as UTF-8",
    ),
    "half of a pair": (
        b"a: \xed\xa0\x80",
        "rules/factures.yaml:1:1: not UTF-8 at byte 3; save the file as UTF-8",
    ),
    "overlong": (
        b"a: \xc0\xaf",
        "rules/factures.yaml:1:1: not UTF-8 at byte 3; save the file as UTF-8",
    ),
    "tab": (
        TEXT.encode().replace(b"    effect", b"\teffect", 1),
        "rules/factures.yaml:6:1: not YAML: found a tab character that violates indentation",
    ),
    "open list": (b"a: [", "rules/factures.yaml:2:1: not YAML: "),
    "open text": (b'a: "b', "rules/factures.yaml:1:6: not YAML: "),
    "stray colon": (b"a: b: c", "rules/factures.yaml:1:5: not YAML: mapping values are not"),
    "another version": (b"%YAML 2.0\n---\na: b\n", "rules/factures.yaml:1:1: not YAML: "),
}


@pytest.mark.parametrize(("content", "problem"), NOT_TEXT.values(), ids=NOT_TEXT)
def test_bytes_that_are_no_plain_text_are_refused(content: bytes, problem: str) -> None:
    assert problems(content)[0].startswith(problem)


@pytest.mark.parametrize("ending", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_a_line_may_end_as_it_does_elsewhere_and_keeps_its_place(ending: str) -> None:
    content = TEXT.replace("\n", ending).encode()
    assert problems(content) == []
    assert problems_of({**FILES, FACTURES: content}) == []

    bad = content.replace(b"effect: allow", b"effect: Allow", 1)
    assert problems_of({**FILES, FACTURES: bad})[0].startswith(
        "rules/factures.yaml:6:13: unknown effect `Allow` (did you mean `allow`?)"
    )


def texts(node: Node) -> Iterator[object]:
    match node:
        case TextNode(text=text):
            yield text
        case SeqNode(items=items):
            for item in items:
                yield from texts(item)
        case MapNode(entries=entries):
            for key, value in entries:
                yield key.text
                yield from texts(value)


def test_every_leaf_is_text_with_its_place() -> None:
    found = Problems()
    node = read_yaml("x.yaml", b'{"a": "12", b: [c, \'~\'], "true": "\xc3\xa9t\xc3\xa9"}', found)

    assert node is not None
    assert list(texts(node)) == ["a", "12", "b", "c", "~", "true", "été"]
    assert node.place == Place("x.yaml", 1, 1)


def test_all_problems_of_a_file_are_told_at_once_and_in_order() -> None:
    content = "a: NO\nb: &x 12\na: !t 1.5\n"

    assert problems(content.encode()) == [
        f'{FACTURES}:1:4: `NO` reads as bool, not text; quote it: "NO"',
        f'{FACTURES}:2:4: `12` reads as int, not text; quote it: "12"',
        f"{FACTURES}:2:4: anchor `&x`; write the value out where it is used",
        f"{FACTURES}:3:1: `a` repeats the key of line 1; keep one",
        f"{FACTURES}:3:4: tag `!t`; remove it, every value is text",
    ]
