"""What has to be said with an act: a reason, a comment, a number (R139, R140, §3.4, §3.6)."""

from collections.abc import Iterator

from habilis_companion.refusals import Problem
from habilis_invoicing.model.deposit import LONGEST_REFERENCE, LONGEST_TEXT, problems_of_text
from habilis_invoicing.model.events import Motif
from habilis_invoicing.model.refusals import Code, problem

__all__ = ["motif_of", "problems_of_comment", "problems_of_motif", "problems_of_reference"]


def motif_of(reason: str) -> Motif | None:
    """The reason of this code; None for one that is unknown, or missing."""
    return Motif(reason) if reason in set(Motif) else None


def problems_of_motif(reason: str, accepted: tuple[Motif, ...], comment: str) -> Iterator[Problem]:
    """What keeps a refusal from being one: it says why, and in words where no code does."""
    codes = ", ".join(accepted)
    if not reason:
        yield problem(Code.REASON_REQUIRED, "reason", f"say why: one of {codes}")
    elif reason == Motif.ERREUR_DE_MONTANT:
        # A wrong amount is corrected in one's own piece, and stops nothing (§3.6).
        yield problem(
            Code.AMOUNT_IS_NO_REASON,
            "reason",
            "an amount is no reason to refuse; correct it in the piece that you deposit",
        )
    elif motif_of(reason) not in accepted:
        yield problem(Code.REASON_UNKNOWN, "reason", f"must be one of {codes}")
    yield from problems_of_comment(comment, required=reason == Motif.AUTRE)


def problems_of_comment(comment: str, *, required: bool) -> Iterator[Problem]:
    if required and not comment.strip():
        yield problem(Code.COMMENT_REQUIRED, "comment", "say in words what it is about")
    else:
        yield from problems_of_text("comment", comment, LONGEST_TEXT)


def problems_of_reference(field: str, text: str, missing: Code) -> Iterator[Problem]:
    """What keeps a number or a code from being kept: none is given, or it cannot be read."""
    if not text.strip():
        yield problem(missing, field, "is missing; give it")
    else:
        yield from problems_of_text(field, text, LONGEST_REFERENCE)
