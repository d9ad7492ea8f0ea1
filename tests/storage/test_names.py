"""I7: two names that look alike are two names, or one of them is refused, and so on both."""

import pytest

from habilis import Perimeter
from habilis.organisation import AccountState, StructureType
from habilis_server.journal import ChangeRefusedError, Journal, Timeline
from habilis_server.world import Account, Attachment, Record, Service, Structure
from tests.journal.some_records import NOON, minutes

# Two texts that a person, or a careless comparison, could take for one; whether each may name.
ALIKE: dict[str, tuple[str, str, bool]] = {
    "case": ("RECCHOR034", "recchor034", True),
    "case beyond ASCII": ("É", "é", True),
    "sharp s": ("Straße", "Strasse", True),
    "capital sharp s": ("STRASSE", "STRAẞE", True),
    "Turkish dotless i": ("\u0131", "i", True),
    "Turkish dotted I": ("İ", "I", True),
    "Greek final sigma": ("\u03b1\u03c2", "\u03b1\u03c3", True),
    "Cyrillic a": ("a", "\u0430", True),
    "Greek omicron": ("o", "\u03bf", True),
    "full-width letter": ("A", "\uff21", True),
    "full-width digit": ("1", "\uff11", True),
    "Arabic digit": ("1", "\u0661", True),
    "superscript": ("2", "²", True),
    "ligature": ("fi", "\ufb01", True),
    "long s": ("s", "\u017f", True),
    "hyphens": ("a-b", "a\u2010b", True),
    "apostrophes": ("l'état", "l\u2019état", True),
    "leading zero": ("034", "34", True),
    "inner spaces": ("a b", "a  b", True),
    "quote": ("a'b", "a''b", True),
    "backslash": ("a\\b", "a\\\\b", True),
    "wildcard": ("a%", "ab", True),
    "placeholder": ("%s", "%%s", True),
    "beyond the basic plane": ("\U0001d400", "A", True),
    "accent apart": ("é", "e\u0301", False),
    "Kelvin": ("K", "\u212a", False),
    "Angstrom": ("Å", "\u212b", False),
    "trailing space": ("a", "a ", False),
    "no-break space": ("a b", "a\u00a0b", False),
    "zero width": ("ab", "a\u200bb", False),
    "soft hyphen": ("ab", "a\u00adb", False),
    "direction": ("ab", "a\u202eb", False),
    "null": ("ab", "a\u0000b", False),
    "variation": ("a", "a\ufe00", False),
    "half a pair": ("a", "a\ud800", False),
}


def named(name: str) -> list[Record]:
    """One thing of each kind, all of that name."""
    return [
        Account(id=name, email="a@example.org", state=AccountState.ACTIVE),
        Structure(
            id=name, identifier_type="SIRET", type=StructureType.PUBLIC, name="s", active=True
        ),
        Service(structure=name, code=name, name="d", active=True),
        Attachment(account=name, perimeter=Perimeter(name, name)),
    ]


def take(journal: Journal, records: list[Record], *, actor: str, request: str) -> int:
    return journal.append(records, actor=actor, request_id=request, recorded_at=NOON)


@pytest.mark.parametrize(("one", "other", "both"), ALIKE.values(), ids=ALIKE)
def test_names_that_look_alike_never_are_one(
    journal: Journal, one: str, other: str, both: bool
) -> None:
    assert take(journal, named(one), actor=one, request=one) == 4
    if both:
        assert take(journal, named(other), actor=other, request=other) == 8
    else:
        bent = [(one, other, "new"), (one, one, other), (other, one, "new")]
        for name, actor, request in bent:
            with pytest.raises(ChangeRefusedError):
                take(journal, named(name), actor=actor, request=request)

    names = {one, other} if both else {one}
    world = Timeline(journal).current(minutes(1))
    assert set(world.accounts) == set(world.structures) == set(world.attachments) == names
    assert set(world.services) == {Perimeter(name, name) for name in names}
    assert {change.actor for change in journal.changes()} == names
    assert {change.request_id for change in journal.changes()} == names
    assert take(journal, named(one), actor=one, request=one) == 4
    assert journal.verify() == []


@pytest.mark.parametrize("length", [1, 255, 256])
@pytest.mark.parametrize("letter", ["a", "é", "日", "\U0001d400"], ids=["1", "2", "3", "4"])
def test_the_longest_names_are_kept_whole(journal: Journal, letter: str, length: int) -> None:
    """Of letters of one to four bytes."""
    name = letter * length
    take(journal, named(name), actor=name, request=name)

    assert [change.record for change in journal.changes()] == named(name)
    assert {(each.actor, each.request_id) for each in journal.changes()} == {(name, name)}
    assert journal.verify() == []


def test_a_longer_name_is_refused(journal: Journal) -> None:
    with pytest.raises(ChangeRefusedError, match="has 257 characters"):
        take(journal, named("a" * 257), actor="a", request="a")
    assert journal.head() == 0


def test_names_sort_by_their_bytes(journal: Journal) -> None:
    names = ["Z", "a", "_", "A", "é", "z", "-", "\uff21", "10", "9", " x".strip(), "\U0001d400"]
    for number, name in enumerate(names):
        with journal.write() as session:
            session.record(
                [(named(name)[0], None)],
                actor="paul",
                request_id=name,
                recorded_at=minutes(number),
                command="X",
                digest=name,
            )
    with journal.store.reading() as connection:
        query = "SELECT request_id FROM request ORDER BY request_id"
        found = [row[0] for row in connection.exec_driver_sql(query)]

    assert found == sorted(names, key=lambda name: name.encode())
