"""Who did what by which decision: the part of a history that nobody writes for himself."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Table, func, insert, select

from habilis_companion.columns import NUMBER, TEXT
from habilis_companion.guard import Permit
from habilis_companion.store import Ground, WriteSession

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["append_lines", "evidence_columns", "signed"]


def evidence_columns() -> tuple[Column[Any], ...]:
    """The columns of a line of history that tell on what it rests, for `signed` to fill."""
    return (
        Column("actor", TEXT, nullable=False),
        Column("action", TEXT, nullable=False),
        Column("acting_as", TEXT, nullable=False),
        Column("decision_id", TEXT, nullable=False),
        Column("rule_id", TEXT, nullable=False),
        Column("policy_digest", TEXT, nullable=False),
        Column("revision", NUMBER, nullable=False),
    )


def signed(by: Ground) -> dict[str, object]:
    """What those columns hold of a change that rests on this.

    What nobody decided (time, or somebody without an account) has no actor,
    its own name as the action, and no decision: "" and a revision of 0.
    """
    if not isinstance(by, Permit):
        told = {"actor": "", "action": by.name, "acting_as": "", "decision_id": "", "rule_id": ""}
        return {**told, "policy_digest": "", "revision": 0}
    question, decision = by.question, by.decision
    return {
        "actor": question.subject,
        "action": question.action,
        "acting_as": decision.acting_as,
        "decision_id": decision.decision_id,
        "rule_id": decision.rule_id,
        "policy_digest": decision.token.policy_digest,
        "revision": decision.token.revision,
    }


def append_lines(
    session: WriteSession,
    table: Table,
    of: Mapping[str, str],
    lines: "Sequence[DataclassInstance]",
    by: Ground,
) -> None:
    """Add the lines to the history of this one thing, after those that it has.

    `of` is the column that names the thing, with its id; `position` counts its
    lines from 1. What a line says of its own evidence counts for nothing.
    Raises UnaskedError where the transaction does not rest on `by`.
    """
    session.need(by)
    if not lines:
        return
    theirs = (table.c[name] == value for name, value in of.items())
    known = session.connection.scalar(select(func.count()).select_from(table).where(*theirs)) or 0
    rows = [
        {**asdict(line), **signed(by), **of, "position": place}
        for place, line in enumerate(lines, start=known + 1)
    ]
    session.connection.execute(insert(table), rows)
