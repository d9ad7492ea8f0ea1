"""Many writers at once make one gapless row of revisions, and each request once."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from habilis_server.journal import Journal
from tests.journal.nursery import Nursery, recorded
from tests.journal.some_records import account, put

ENOUGH = 20
"""Requests of each writer, at least."""
PAUSE = 0.01
"""Seconds between two requests of one writer: SQLite lets nobody wait in a queue."""


def test_processes_write_one_gapless_row(tmp_path: Path) -> None:
    with Journal.create(tmp_path) as journal, Nursery() as first, Nursery() as second:
        first.start(tmp_path, "first", pause=PAUSE)
        second.start(tmp_path, "second", pause=PAUSE)
        # The test's own process writes as well, so that three contend.
        written: Counter[str] = Counter()
        while len(written) < 3 or min(written.values()) < ENOUGH:
            put(journal, account(0), name=f"own-{journal.head()}")
            written = Counter(change.actor for change in journal.changes() if not change.ordinal)
            time.sleep(PAUSE)
        told = [first.kill(), second.kill()]
        requests = recorded(journal)
        head = journal.head()

        assert journal.verify() == []
    assert [revision for each in requests.values() for revision in each] == list(range(1, head + 1))
    assert all(requests[name][-1] == last for each in told for name, last in each.items())
    print(
        f"\n3 processes: {len(requests)} requests, {head} revisions without a gap;"
        f" acknowledged to two of them: {len(told[0])} and {len(told[1])}, all there"
    )


def test_threads_that_offer_the_same_requests_record_each_once(tmp_path: Path) -> None:
    with Journal.create(tmp_path) as first, Journal.open(tmp_path) as second:
        journals = [first, second]

        def offer(number: int) -> tuple[str, int]:
            name = f"r{number % 50}"
            return name, put(journals[number % 2], account(1), account(2), name=name)

        with ThreadPoolExecutor(8) as pool:
            answers = set(pool.map(offer, range(200)))

        assert first.verify() == []
        assert sorted(revision for _, revision in answers) == list(range(2, 102, 2))
        assert {name: each[-1] for name, each in recorded(first).items()} == dict(answers)
        print(f"\n200 offers by 8 threads: {len(answers)} requests, {first.head()} revisions")
