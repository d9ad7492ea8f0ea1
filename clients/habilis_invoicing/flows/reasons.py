"""What has to be said with an act: a reason, a comment, a number (R139, R140, §3.4, §3.6)."""

from collections.abc import Iterator

from habilis_companion.prose import problems_of_comment
from habilis_companion.refusals import Problem
from habilis_invoicing.model.events import Motif
from habilis_invoicing.model.refusals import Code, problem

__all__ = ["motif_of", "problems_of_motif"]


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
