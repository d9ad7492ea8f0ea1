"""How solicitations read: lines of a list, one on a page, its history, and what is counted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from habilis_companion.command_line.outcome import tell_done
from habilis_companion.command_line.output import escaped, table
from habilis_companion.paris import printed
from habilis_soliciting.cli.place import SOLICITATION
from habilis_soliciting.model.asked import Age, DashboardRow, Outcome, StatisticsRow
from habilis_soliciting.model.categories import Category, Routing
from habilis_soliciting.model.etats import LABELS, SENDER_LABELS
from habilis_soliciting.model.shown import Received, Sent, SentLine
from habilis_soliciting.model.solicitation import Line

__all__ = [
    "label_of",
    "tell_categories",
    "tell_dashboard",
    "tell_history",
    "tell_outcome",
    "tell_solicitation",
    "tell_solicitations",
    "tell_statistics",
]

# Where both suites have a state of one name, both call it alike.
_LABELS: Final[Mapping[str, str]] = {
    etat.value: label for labels in (LABELS, SENDER_LABELS) for etat, label in labels.items()
}
_DATE: Final = len("12/05/2022")
_AGES: Final[Mapping[Age, str]] = {
    Age.TWO_DAYS: "under 2 days",
    Age.WEEK: "under 7 days",
    Age.MONTH: "under 30 days",
    Age.OLDER: "30 days or more",
}
_RECEIVERS: Final[Mapping[Routing, str]] = {
    Routing.SUPPORT: "the support",
    Routing.SERVICE_METIER: "a service of a public structure",
}


def label_of(etat: str) -> str:
    """As the portal shows a state of either suite."""
    return _LABELS[etat]


def tell_outcome(outcome: Outcome, *, json: bool) -> None:
    tell_done(outcome, what=SOLICITATION, label=_LABELS[outcome.etat], json=json)


def tell_solicitations(solicitations: Iterable[Sent | Received]) -> None:
    """One line each, in the columns of « Synthèse » that a terminal has room for (R83)."""
    table(
        ("solicitation", "number", "deposited", "sender", "about", "state"),
        [
            (
                f"{each.id}@{each.version}",
                each.number or "-",
                printed(each.submitted_at)[:_DATE] or "-",
                str(each.emetteur or "-"),
                each.subcategory or "-",
                _LABELS[each.etat],
            )
            for each in solicitations
        ],
        unbroken=True,
    )


def tell_solicitation(seen: Sent | Received) -> None:
    """What a solicitation says, a line a field (R93); a field without a value has none."""
    files = ", ".join(file.name for file in seen.attachments)
    told = {
        "solicitation": f"{seen.id}@{seen.version}",
        "number": seen.number,
        "state": f"{_LABELS[seen.etat]}, since {printed(seen.state_at)}",
        **_of_receiver(seen),
        "from": str(seen.emetteur or "somebody who is not logged in"),
        "to": str(seen.recepteur or "the support"),
        "category": seen.category,
        "subcategory": seen.subcategory,
        "concerns": f"{seen.object_type} {seen.object_number}" if seen.object_type else "",
        "e-mail": seen.contact_email,
        "phone": seen.contact_phone,
        "title": seen.title,
        "description": seen.description,
        "files": files,
        "submitted": printed(seen.submitted_at),
        "closed": printed(seen.closed_at),
    }
    table(("", ""), [(name, escaped(value)) for name, value in told.items() if value])


def _of_receiver(seen: Sent | Received) -> Mapping[str, str]:
    if isinstance(seen, Sent):
        return {}
    return {
        "sender's state": SENDER_LABELS[seen.etat_emetteur],
        "assignee": seen.assignee,
        "prepared": seen.answer,
        "prepared files": ", ".join(file.name for file in seen.answer_attachments),
    }


def tell_history(lines: Sequence[Line | SentLine]) -> None:
    """What happened, in its order; a receiver is told both states."""
    table(
        ("when", "state", "by", "action", "comment"),
        [
            (
                printed(line.at),
                _state(line),
                escaped(line.actor or "-"),
                line.action.rpartition(".")[2],
                escaped(line.comment),
            )
            for line in lines
        ],
    )


def _state(line: Line | SentLine) -> str:
    if isinstance(line, SentLine) or SENDER_LABELS[line.etat_emetteur] == LABELS[line.etat]:
        return _LABELS[line.etat]
    return f"{LABELS[line.etat]} (sender: {SENDER_LABELS[line.etat_emetteur]})"


def tell_dashboard(rows: Iterable[DashboardRow]) -> None:
    """One row a state, one column an age."""
    table(
        ("state", *_AGES.values()),
        [(_LABELS[row.etat], *(str(row.counts.get(age, "")) for age in _AGES)) for row in rows],
    )


def tell_statistics(rows: Iterable[StatisticsRow]) -> None:
    """One row a subcategory; how long is an average."""
    table(
        ("category", "subcategory", "sent", "answered", "after", "resolved", "after"),
        [
            (
                row.category,
                row.subcategory,
                str(row.solicitations),
                str(row.answered),
                _lasted(row.first_answer_seconds, row.answered),
                str(row.resolved),
                _lasted(row.resolution_seconds, row.resolved),
            )
            for row in rows
        ],
    )


def tell_categories(categories: Iterable[Category]) -> None:
    """One row a subcategory, with who receives it."""
    table(
        ("category", "subcategory", "says", "goes to"),
        [
            (each.code, sub.code, f"{each.label}, {sub.label}", _RECEIVERS[sub.routing])
            for each in categories
            for sub in each.subcategories
        ],
    )


def _lasted(seconds: int, count: int) -> str:
    return str(timedelta(seconds=seconds)) if count else "-"
