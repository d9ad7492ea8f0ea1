"""Two companions on one database of PostgreSQL: each goes on from what the other has kept."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from habilis_soliciting.client import SolicitingClient
from tests.companion.at_once import AT_ONCE, together
from tests.companion.keeping import codes_of
from tests.conftest import Figure
from tests.invoicing.service.office import office
from tests.soliciting.service.office import ALICE, LEA, Desk, companion, desk_beside
from tests.storage.server import Server

pytestmark = pytest.mark.xdist_group("postgresql")


@dataclass(frozen=True, kw_only=True)
class Two:
    """A desk at the first companion, and clients of both."""

    desk: Desk
    clients: Sequence[SolicitingClient]

    def together(self, call: Callable[[SolicitingClient, int], object]) -> Counter[object]:
        """What so many calls at the same time come to, half of them at each companion."""
        return together(self.clients, call)


@pytest.fixture(scope="module")
def two(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder: Path = tmp_path_factory.mktemp("two")
    (folder / "desk").mkdir()
    (folder / "other").mkdir()
    where = ("--database", server.database(), "--files", str(folder / "files"))
    with (
        office(folder) as opened,
        desk_beside(opened, folder / "desk", *where) as desk,
        companion(folder / "other", desk.habilis_address, *where) as (_, other),
        SolicitingClient(other) as elsewhere,
    ):
        yield Two(desk=desk, clients=(desk.client, elsewhere))


def test_each_goes_on_from_what_the_other_has_kept(two: Two) -> None:
    desk, elsewhere = two.desk, two.clients[1]
    file = desk.upload(content=b"partout")
    draft = desk.draft(attachments=(file,))
    sent = desk.client.submit_solicitation(draft, subject="alice", request_id="once")
    again = elsewhere.submit_solicitation(draft, subject="alice", request_id="once")
    now = elsewhere.get_solicitation(sent.id, **LEA)
    taken = elsewhere.process_solicitation(now, status="EN_COURS", subject="lea")

    assert again == sent
    assert elsewhere.download_attachment(sent.id, file.sha256, **LEA) == b"partout"
    assert desk.seen(sent, LEA).version == taken.version
    assert desk.seen(sent, ALICE).version == sent.version
    assert codes_of(lambda: elsewhere.process_solicitation(taken, subject="lea")) == [
        ("STATUS_REQUIRED", "status")
    ]


def test_the_same_at_once_is_done_once_and_told_to_all(two: Two) -> None:
    draft = two.desk.draft()
    told = two.together(
        lambda client, _: client.submit_solicitation(draft, subject="alice", request_id="same")
    )

    assert list(told.values()) == [AT_ONCE], told
    assert None not in told


def test_of_rivals_one_is_heard_and_every_number_is_another(two: Two, figure: Figure) -> None:
    desk = two.desk
    received = desk.received()
    said: dict[str, Any] = {"status": "RESOLUE", "subject": "lea"}
    answers = two.together(
        lambda client, which: client.process_solicitation(
            received, comment=f"réponse {which}", **said
        )
    )
    numbers = two.together(
        lambda client, _: client.submit_solicitation(desk.draft(), subject="alice").number
    )

    assert answers[None] == AT_ONCE - 1
    assert len(numbers) == AT_ONCE
    lines = desk.client.get_solicitation_history(received.id, **LEA)
    assert [line.action for line in lines].count("sollicitations_recues.resoudre") == 1
    figure(f"{AT_ONCE} rival answers at two companions, 1 heard; {AT_ONCE} numbers, all different")
