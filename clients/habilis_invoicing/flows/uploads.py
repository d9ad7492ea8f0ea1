"""The files that a request names: those that its author has handed in, or that are held already."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from habilis_companion.refusals import Problem
from habilis_companion.store import ReadSession
from habilis_invoicing.model.cadres import WORKS
from habilis_invoicing.model.piece import FileRef, Piece
from habilis_invoicing.model.refusals import Code, problem
from habilis_invoicing.store import pieces

__all__ = ["handed_in", "with_uploads"]


def with_uploads(
    session: ReadSession, subject: str, piece: Piece, kept: Piece | None
) -> tuple[Piece, Sequence[Problem]]:
    """The piece with its files as they were handed in, and what is wrong with those it names.

    `kept` is what it was, whose files it may go on naming. The document of a
    works contract is unsigned (R122).
    """
    held = [] if kept is None else [*_main(kept), *kept.attachments]
    main, wrong = handed_in(
        session, subject, "file", _main(piece), held, unsigned=piece.cadre in WORKS
    )
    attachments, more = handed_in(session, subject, "attachments", piece.attachments, held)
    piece = replace(piece, file=main[0] if main else None, attachments=attachments)
    return piece, [*wrong, *more]


def handed_in(  # what is asked of a file is all of this
    session: ReadSession,
    subject: str,
    field: str,
    files: Sequence[FileRef],
    held: Collection[FileRef] = (),
    *,
    unsigned: bool = False,
) -> tuple[tuple[FileRef, ...], Sequence[Problem]]:
    """The files as this person has handed them in, and what is wrong with those he names."""
    known: list[FileRef] = []
    wrong: list[Problem] = []
    for file in files:
        upload = None if file in held else pieces.uploaded(session, subject, file)
        known.append(file if upload is None else upload.file)
        if upload is None and file not in held:
            told = f"`{file.name}` was not handed in by you; upload it"
            wrong.append(problem(Code.FILE_UNKNOWN, field, told))
        elif upload is not None and upload.signed and unsigned:
            told = f"`{file.name}` is signed; give the PDF without its signature"
            wrong.append(problem(Code.FILE_SIGNED, field, told))
    return tuple(known), wrong


def _main(piece: Piece) -> list[FileRef]:
    return [] if piece.file is None else [piece.file]
