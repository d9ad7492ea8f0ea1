"""What a payment request must hold to be kept as a draft, and to be sent (§2.14, §3.4, §4.1)."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from habilis_companion.attachments import problems_of_files
from habilis_companion.prose import problems_of_comment, problems_of_text
from habilis_companion.refusals import Problem
from habilis_invoicing.model.amounts import problems_of_amounts
from habilis_invoicing.model.cadres import CADRES, WORKS, Cadre, Party, Validation
from habilis_invoicing.model.etats import LOST, Etat
from habilis_invoicing.model.piece import Piece
from habilis_invoicing.model.refusals import Code, problem

__all__ = [
    "LONGEST_NUMBER",
    "LONGEST_REFERENCE",
    "problems_to_follow",
    "problems_to_reissue",
    "problems_to_save",
    "problems_to_send",
]

LONGEST_NUMBER: Final = 20
LONGEST_REFERENCE: Final = 50

_NOT_SENT: Final = frozenset({Etat.BROUILLON, Etat.SUPPRIMEE})
_TWO_VALIDATORS: Final = frozenset({Cadre.A9, Cadre.A10})
"""A subcontractor of a co-contractor has two validators (§3.5)."""


def problems_to_save(piece: Piece) -> Iterator[Problem]:
    """What keeps even a draft from being kept: who deposits it, and what is too long."""
    role = piece.framework.depositor
    player = piece.party(role)
    if player is None:
        yield problem(
            Code.PARTY_REQUIRED, f"parties.{role}", f"{piece.cadre} is deposited by the {role}"
        )
    elif player.structure != piece.deposant.structure:
        yield problem(
            Code.WRONG_ROLE_FOR_FRAMEWORK,
            "parties.deposant",
            f"{piece.cadre} is deposited by the {role}, `{player}`",
        )
    yield from _too_long(piece)
    yield from _unexpected(piece)
    yield from _problems_of_files(piece)


def problems_to_send(piece: Piece, today: date) -> Iterator[Problem]:
    """What it lacks to be sent, all at once; routing and previous piece have their own checks."""
    yield from problems_to_save(piece)
    yield from _problems_of_number(piece.number, today)
    for party in _needed(piece):
        if piece.party(party) is None and party is not piece.framework.depositor:
            yield problem(
                Code.PARTY_REQUIRED, f"parties.{party}", f"{piece.cadre} concerns a {party}"
            )
    if piece.file is None:
        yield problem(Code.FILE_REQUIRED, "file", "attach the document, as a PDF")
    if piece.amounts is None:
        yield problem(Code.AMOUNTS_REQUIRED, "amounts", "say what is asked for")
    else:
        yield from problems_of_amounts(piece.amounts, piece.cadre)


def problems_to_follow(
    previous: Piece, coming: Piece, successors: Iterable[Piece]
) -> Iterator[Problem]:
    """What keeps a piece from continuing the previous one, which has these successors already."""
    if coming.cadre not in previous.framework.followed_by:
        yield problem(
            Code.FRAMEWORK_DOES_NOT_FOLLOW,
            "cadre",
            f"{coming.cadre} does not follow {previous.cadre}",
        )
    yield from _problems_of_actors(previous, coming)
    live = [piece for piece in successors if piece.etat not in _NOT_SENT | LOST]
    if any(piece.id != coming.id for piece in live):
        yield problem(
            Code.ALREADY_FOLLOWED,
            "previous",
            f"{previous.number} is followed by {live[0].number} already",
        )


def problems_to_reissue(refused: Piece, coming: Piece) -> Iterator[Problem]:
    """What keeps a piece from taking the place of a refused one (§4.4)."""
    same = refused.cadre is coming.cadre and refused.previous == coming.previous
    if not same or refused.deposant.structure != coming.deposant.structure:
        yield problem(
            Code.NOT_ACTOR_OF_FILE,
            "duplicate_of",
            f"what replaces {refused.number} has its framework, depositor and previous piece",
        )
    yield from _problems_of_actors(refused, coming)


def _problems_of_actors(former: Piece, coming: Piece) -> Iterator[Problem]:
    """Who takes part in a billing file goes on doing so, and nobody else deposits in it.

    Habilis is asked as the one whom the piece to come names: so that is here the
    one to whom the former piece was addressed, to the service.
    """
    for party in (Party.FOURNISSEUR, Party.MOE, Party.MOA):
        there, here = former.party(party), coming.party(party)
        depositor = party is coming.framework.depositor
        if here != there and (there is not None or depositor):
            yield problem(
                Code.NOT_ACTOR_OF_FILE,
                f"parties.{party}",
                f"the {party} of this billing file is `{there or 'nobody'}`",
            )


def _needed(piece: Piece) -> Iterator[Party]:
    framework = CADRES[piece.cadre]
    yield Party.FOURNISSEUR
    if piece.cadre in WORKS:
        yield Party.MOA
    if framework.addressee not in {Party.FOURNISSEUR, Party.MOA}:
        yield framework.addressee
    if framework.validation is Validation.ALWAYS:
        yield Party.VALIDEUR


def _problems_of_number(number: str, today: date) -> Iterator[Problem]:
    if not number:
        yield problem(Code.NUMBER_REQUIRED, "number", "give the number of the document")
    # The day itself, however it is written, tells that no number was given.
    forms = ("%Y%m%d", "%d%m%Y", "%y%m%d", "%d%m%y")
    if re.sub(r"[\s./_-]", "", number) in {today.strftime(form) for form in forms}:
        yield problem(
            Code.NUMBER_IS_A_DATE, "number", "today's date is no number; give the document's own"
        )


def _too_long(piece: Piece) -> Iterator[Problem]:
    for name, text, longest in (
        ("number", piece.number, LONGEST_NUMBER),
        ("contract_number", piece.contract_number, LONGEST_REFERENCE),
        ("commitment_number", piece.commitment_number, LONGEST_REFERENCE),
    ):
        yield from problems_of_text(name, text, longest)
    yield from problems_of_comment(piece.comment, required=False)


def _unexpected(piece: Piece) -> Iterator[Problem]:
    """Parties that the framework has no place for."""
    fits = {
        "fournisseur": True,
        "moe": piece.cadre in WORKS,
        "moa": piece.cadre in WORKS,
        "destinataire": True,
        "valideur": piece.framework.validation is not Validation.NEVER,
        "valideur_2": piece.cadre in _TWO_VALIDATORS and piece.valideur is not None,
    }
    for name in piece.places:
        if not fits[name]:
            yield problem(
                Code.PARTY_NOT_EXPECTED, f"parties.{name}", f"{piece.cadre} has none; leave it out"
            )
    for name, other in (("previous", piece.previous), ("duplicate_of", piece.duplicate_of)):
        if piece.cadre not in WORKS and other is not None:
            yield problem(
                Code.FRAMEWORK_DOES_NOT_FOLLOW, name, f"{piece.cadre} is of no billing file"
            )


def _problems_of_files(piece: Piece) -> Iterator[Problem]:
    files = [*([piece.file] if piece.file else []), *piece.attachments]
    if piece.file is not None and not piece.file.name.lower().endswith(".pdf"):
        yield problem(Code.FILE_NOT_PDF, "file", "the document itself is a PDF")
    yield from problems_of_files(files)
