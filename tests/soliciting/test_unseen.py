"""R89, R96: nothing of « En cours » is told to the sender, by whatever he reads or does."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count, zip_longest
from typing import Final
from uuid import UUID

import pytest

from habilis.organisation.facts import AccountState
from habilis_companion.guard import actions_of
from habilis_server.world import Account
from habilis_soliciting.flows import Soliciting, sending
from habilis_soliciting.flows.sides import SENDER, Side, side_of
from habilis_soliciting.model.asked import Criteria
from habilis_soliciting.model.etats import Etat
from habilis_soliciting.model.shown import Sent, SentLine, lines_sent
from habilis_soliciting.model.solicitation import Solicitation, StateLine
from habilis_soliciting.store.lists import OF_SENDER
from habilis_soliciting.store.schema import solicitation
from tests.conftest import Figure
from tests.soliciting.office import Office, open_office
from tests.soliciting.walking import ACTS, LOOKS, Walk, story, walked

SONIA: Final = Account(
    id="sonia", email="sonia@example.org", state=AccountState.ACTIVE, support=True
)
Place = tuple[Office, Mapping[str, Solicitation]]


class Names:
    """What is written is named by chance; here by its number, the same in both companions."""

    def __init__(self, first: int = 1) -> None:
        self.numbers = count(first)

    def __call__(self) -> UUID:
        return UUID(int=next(self.numbers))


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Place]]:
    """Two companions: in one nobody works on anything « En cours », in the other somebody does."""
    with ExitStack() as open_ones:
        patch = open_ones.enter_context(pytest.MonkeyPatch.context())
        yield [
            open_ones.enter_context(place(tmp_path_factory, patch, unseen=unseen))
            for unseen in (False, True)
        ]


@contextmanager
def place(
    folders: pytest.TempPathFactory, patch: pytest.MonkeyPatch, *, unseen: bool
) -> Generator[Place]:
    patch.setattr(sending, "uuid4", Names())
    folder = folders.mktemp("unseen")
    office = open_office(folder / "data", folder, SONIA)
    with office.store:
        yield office, story(office, unseen=unseen)


def differing(told: Iterable[list[str]]) -> list[tuple[str, str]]:
    one, other = told
    return [pair for pair in zip_longest(one, other, fillvalue="") if pair[0] != pair[1]]


def test_every_method_is_on_the_walk() -> None:
    assert LOOKS.keys() | ACTS.keys() == actions_of(Soliciting).keys()
    assert not LOOKS.keys() & ACTS.keys()


def test_one_of_the_two_has_worked_where_the_sender_sees_nothing(places: list[Place]) -> None:
    (idle, _), (busy, written) = places
    for name, on in written.items():
        seen, worked = idle.kept_as(on.id), busy.kept_as(on.id)
        lines = [line for line in busy.lines(on.id) if not line.told]
        at_work = any(line.etat is Etat.EN_COURS for line in lines)

        assert at_work == (name not in {"answered", "draft"})
        assert (worked.version > seen.version) == at_work
        assert worked.shown_version == seen.shown_version


def of_receiver_version(sent: Solicitation) -> Sent:
    return replace(Sent.of(sent), version=sent.version)


def of_receiver_moment(sent: Solicitation) -> Sent:
    return replace(Sent.of(sent), state_at=sent.state_at)


def with_prepared(sent: Solicitation) -> Sent:
    return replace(Sent.of(sent), attachments=(*sent.attachments, *sent.answer_attachments))


def every_line(lines: Iterable[StateLine]) -> Iterator[SentLine]:
    return lines_sent(replace(line, told=True) for line in lines)


def any_criterion(application: str, _: Criteria) -> Side:
    return side_of(application)


BY_STATE: Final = replace(OF_SENDER, etat=solicitation.c.etat, etats=Etat)
LISTING: Final = "habilis_soliciting.flows.listing"
LEAKS: Final[list[tuple[str, str, str, object]]] = [
    # what is told, by which look, by which part of the sender's side or of a module
    ("the receiver's version", "get_solicitation", "view", of_receiver_version),
    ("the receiver's moment", "get_solicitation", "view", of_receiver_moment),
    ("a file that is prepared", "download_attachment", "view", with_prepared),
    (
        *("a line of history", "get_solicitation_history"),
        *("habilis_soliciting.flows.reading.lines_sent", every_line),
    ),
    ("who handles it", "search_solicitations", f"{LISTING}._side_for", any_criterion),
    ("the receiver's state", "get_solicitation_dashboard", f"{LISTING}.OF_SENDER", BY_STATE),
]


@pytest.mark.parametrize(
    ("look", "part", "told"), [row[1:] for row in LEAKS], ids=[row[0] for row in LEAKS]
)
def test_what_is_told_too_much_is_found(
    places: list[Place], monkeypatch: pytest.MonkeyPatch, look: str, part: str, told: object
) -> None:
    def looked() -> Iterator[list[str]]:
        for office, written in places:
            walk = Walk(office, "alice", written)
            LOOKS[look](walk)
            yield walk.told

    assert differing(looked()) == []
    if part == "view":
        # It is frozen, so it is changed by force.
        monkeypatch.setattr(Side, "__setattr__", object.__setattr__)
        monkeypatch.setattr(SENDER, part, told)
    else:
        monkeypatch.setattr(part, told)
    assert differing(looked()) != []


def test_r89_a_sender_is_told_the_same_whether_anybody_is_at_work_or_not(
    places: list[Place], monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    told: list[list[str]] = []
    for each in places:
        monkeypatch.setattr(sending, "uuid4", Names(1_000))
        told.append(walked(*each))

    assert differing(told) == []
    refused = sum("Error(" in line or "AccessDenied(" in line for line in told[0])
    assert not any("ConflictError" in line for line in told[0])
    figure(
        f"{len(told[0])} answers to the sender by {len(LOOKS) + len(ACTS)} methods and by mail,"
        f" {refused} of them errors: the same, whether somebody is at work unseen or not"
    )
