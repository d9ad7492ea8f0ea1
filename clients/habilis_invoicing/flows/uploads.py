"""The files that a request names: those that its author has handed in, or that are held already."""

from collections.abc import Sequence
from dataclasses import replace

from habilis_companion.attachments import FileRef
from habilis_companion.refusals import Problem
from habilis_companion.store import ReadSession
from habilis_invoicing.model.cadres import WORKS
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.store.schema import UPLOADS

__all__ = ["with_uploads"]


def with_uploads(
    session: ReadSession, subject: str, piece: Piece, kept: Piece | None
) -> tuple[Piece, Sequence[Problem]]:
    """The piece with its files as they were handed in, and what is wrong with those it names.

    `kept` is what it was, whose files it may go on naming. The document of a
    works contract is unsigned (R122).
    """
    held = [] if kept is None else [*_main(kept), *kept.attachments]
    main, wrong = UPLOADS.handed_in(
        session, subject, "file", _main(piece), held, unsigned=piece.cadre in WORKS
    )
    attachments, more = UPLOADS.handed_in(session, subject, "attachments", piece.attachments, held)
    piece = replace(piece, file=main[0] if main else None, attachments=attachments)
    return piece, [*wrong, *more]


def _main(piece: Piece) -> list[FileRef]:
    return [] if piece.file is None else [piece.file]
