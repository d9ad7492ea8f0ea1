"""Do the Worlds set aside say what the journal says? Each is made again, from the first change."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from tempfile import TemporaryFile
from typing import Final

from habilis_server.journal.effects import Effects
from habilis_server.journal.errors import SnapshotError
from habilis_server.journal.journal import Journal
from habilis_server.journal.snapshots import Snapshots, read
from habilis_server.world.codec import encode
from habilis_server.world.facts import Record
from habilis_server.world.world import World

__all__ = ["broken_snapshots"]

_NO_MORE: Final = "no more"


def broken_snapshots(journal: Journal, snapshots: Snapshots) -> Iterator[str]:
    """What is wrong with the snapshots, the newest first; nothing if each may be relied upon.

    Raises JournalBrokenError where the journal itself cannot be read.
    """
    for path in snapshots:
        with TemporaryFile("w+", encoding="utf-8", newline="\n") as said:
            try:
                known, sealed = read(path)
            except SnapshotError as error:
                yield f"snapshot {error}"
                continue
            until, head = known.until, known.head
            if journal.hash_at(head) != sealed:
                yield f"snapshot `{path.name}` is of another journal"
                continue
            said.writelines(f"{encode(fact)}\n" for fact in known.world.records())
            # Two Worlds of a nation would not fit in memory beside each other.
            del known
            said.seek(0)
            difference = _difference(said, Effects(journal.store).records(("", 0), until, head))
        if difference is not None:
            told, meant = difference
            yield f"snapshot `{path.name}` says {told}, and the journal {meant}"


def _difference(said: Iterable[str], records: Iterable[Record]) -> tuple[str, str] | None:
    """The first lines in which the World set aside and the one of the records differ."""
    meant = map(encode, World.of(records).records())
    for one, other in zip_longest((line.rstrip("\n") for line in said), meant):
        if one != other:
            return one or _NO_MORE, other or _NO_MORE
    return None
