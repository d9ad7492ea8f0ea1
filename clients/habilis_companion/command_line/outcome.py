"""What became of an act, as every companion tells it."""

from datetime import datetime
from typing import Protocol

from habilis_companion.command_line.output import as_json, escaped, say

__all__ = ["Done", "tell_done"]


class Done(Protocol):
    """The outcome of an act: what it was done to, as it is now; `number` "" where it has none."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def etat(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def decision_id(self) -> str: ...


def tell_done(done: Done, *, what: str, label: str, json: bool) -> None:
    """Print it: `what` it was done to, in the state that the portal shows as `label`."""
    if json:
        told = {"id": done.id, "number": done.number, "etat": done.etat, "version": done.version}
        at, decision = done.at.isoformat(), done.decision_id
        as_json({"done": True, **told, "at": at, "decision_id": decision})
        return
    say(escaped(f"done: {done.number or 'draft'} is now « {label} »"))
    width = max(len(what), len("decision")) + 2
    say(f"{what:<{width}}{done.id}@{done.version}")
    say(f"{'decision':<{width}}{done.decision_id}")
