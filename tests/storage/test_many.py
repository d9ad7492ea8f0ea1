"""Many changes of one moment, as an import has them: read once, page by page."""

from pathlib import Path
from typing import Any

from habilis_server.journal import Journal, Timeline
from habilis_server.journal.batch import Batch
from habilis_server.journal.changes import checked_payloads
from habilis_server.journal.store import PAGE
from tests.journal.some_records import account, minutes
from tests.storage.places import Place


def test_every_page_of_one_moment_is_read(place: Place) -> None:
    count = 2 * PAGE + 1
    with place.open() as journal:
        records = [account(number) for number in range(count)]
        journal.append(records, actor="a", request_id="r", recorded_at=minutes(0))
        journal.append([account(count)], actor="a", request_id="s", recorded_at=minutes(1))

        assert len(Timeline(journal).current(minutes(2)).accounts) == count + 1
        assert len(Timeline(journal).at(minutes(0)).accounts) == count


def test_a_late_page_costs_what_an_early_one_costs(tmp_path: Path) -> None:
    """Counted in the steps of the database: to begin each page anew would square them."""
    steps = {pages: _steps(tmp_path / str(pages), pages) for pages in (2, 6)}

    assert steps[2]
    assert steps[6] < 3.5 * steps[2]  # thrice as much to read


def _steps(folder: Path, pages: int) -> int:
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    with Journal.create(folder) as journal:
        records = [account(number) for number in range(pages * PAGE)]
        journal.append(records, actor="a", request_id="r", recorded_at=minutes(0))
        pooled = journal.store.database.reading.raw_connection()
        driver: Any = pooled.driver_connection
        driver.set_progress_handler(count, 100)
        pooled.close()
        Timeline(journal).current(minutes(1))
    return counted


def test_a_batch_is_read_as_often_as_one_likes_and_named_by_all_that_it_holds() -> None:
    payloads = list(checked_payloads([account(1), account(2)]))
    with Batch(payloads) as batch, Batch(payloads) as same, Batch(payloads[:1]) as other:
        assert list(batch) == list(batch) == payloads
        assert batch.digest == same.digest != other.digest
