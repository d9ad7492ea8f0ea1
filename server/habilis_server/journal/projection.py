"""Do the Worlds set aside say what the journal says? Each is made again, from the first change."""

from collections.abc import Iterator
from itertools import zip_longest

from habilis_server.journal.effects import Effects
from habilis_server.journal.errors import SnapshotError
from habilis_server.journal.journal import Journal
from habilis_server.journal.snapshots import Known, Snapshots, read
from habilis_server.world.codec import encode
from habilis_server.world.facts import Fact
from habilis_server.world.world import World

__all__ = ["broken_snapshots"]


def broken_snapshots(journal: Journal, snapshots: Snapshots) -> Iterator[str]:
    """What is wrong with the snapshots, the newest first; nothing if each may be relied upon.

    Raises JournalBrokenError where the journal itself cannot be read.
    """
    for path in snapshots:
        try:
            known, sealed = read(path)
        except SnapshotError as error:
            yield f"snapshot {error}"
            continue
        if journal.hash_at(known.head) != sealed:
            yield f"snapshot `{path.name}` is of another journal"
        elif (difference := _difference(journal, known)) is not None:
            said, meant = difference
            yield f"snapshot `{path.name}` says {_told(said)}, and the journal {_told(meant)}"


def _difference(journal: Journal, known: Known) -> tuple[Fact | None, Fact | None] | None:
    """The first facts in which the World and the journal differ."""
    records = Effects(journal.store).records(("", 0), known.until, known.head)
    meant = World.of(records, known.head)
    pairs = zip_longest(known.world.records(), meant.records())
    return next((pair for pair in pairs if pair[0] != pair[1]), None)


def _told(fact: Fact | None) -> str:
    return "no more" if fact is None else encode(fact)
