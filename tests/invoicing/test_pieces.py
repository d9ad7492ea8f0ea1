"""Pieces in the database: whole again as they were kept, a version at a time, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from habilis import Perimeter, Resource
from habilis_companion.attachments import FileRef
from habilis_companion.errors import ConflictError, StaleVersionError
from habilis_companion.guard import Guard, UnaskedError, asks
from habilis_companion.store import ClockEvent, ReadSession, Store, WriteSession
from habilis_invoicing.model.cadres import CADRES, Cadre
from habilis_invoicing.model.etats import Etat
from habilis_invoicing.model.piece import Amounts, Piece, StateLine, VatLine, resource_of
from habilis_invoicing.store import pieces
from habilis_invoicing.store.rows import cents
from habilis_invoicing.store.schema import FORM, download
from tests.companion.answering import Habilis
from tests.invoicing.pieces import MOA, MOE, NOON, a_piece

Made = TypeVar("Made")
ACTION = "factures_travaux.deposer"


def write(store: Store, body: Callable[[WriteSession, ClockEvent], Made]) -> Made:
    event = ClockEvent(name="ROUTE", at=NOON)
    with store.ticking(event) as session:
        return body(session, event)


def read(store: Store, body: Callable[[ReadSession], Made]) -> Made:
    with store.ticking(ClockEvent(name="VU", at=NOON)) as session:
        return body(session)


def kept(store: Store, *these: Piece) -> None:
    def insert(session: WriteSession, event: ClockEvent) -> None:
        for piece in these:
            pieces.insert_piece(session, piece, [StateLine(etat=piece.etat, at=NOON)], event)

    write(store, insert)


def loaded(store: Store, piece_id: str) -> Piece | None:
    return read(store, lambda session: pieces.load(session, piece_id))


def moved(store: Store, changed: Piece, *etats: Etat) -> Piece:
    lines = [StateLine(etat=etat, at=NOON) for etat in etats]

    def move(session: WriteSession, event: ClockEvent) -> Piece:
        return pieces.move(session, changed, lines, event)

    return write(store, move)


FULL = a_piece(
    Cadre.A10,
    Etat.A_VALIDER_2,
    id="f" * 32,
    valideur_2=Perimeter("51980446200025", "é/'\"; --"),
    contract_number="2022-094",
    commitment_number="EJ1",
    mandate_number="M1",
    case_officer="agent",
    comment="deux\nlignes",
    attachments=(FileRef(name="rib.pdf", sha256="1" * 64, size=1),) * 2,
    acknowledged_at=NOON + timedelta(microseconds=1),
    amounts=Amounts(
        excluding_tax=Decimal("-0.10"),
        vat=Decimal("99999999999999.99"),
        including_tax=Decimal("0.00"),
        to_pay=Decimal("0.01"),
        vat_lines=(VatLine(rate=Decimal("5.5"), base=Decimal("1.00"), amount=Decimal("0.05")),),
    ),
)
BARE = Piece(
    id="b" * 32,
    cadre=Cadre.A1,
    etat=Etat.BROUILLON,
    shown=Etat.BROUILLON,
    deposant=Perimeter("S1"),
    created_at=NOON,
    state_at=NOON,
    shown_at=NOON,
)


def test_what_the_migrations_make_is_what_the_tables_say(store: Store) -> None:
    with store._database.writing.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": FORM.table, "compare_type": True}
        )
        assert compare_metadata(context, FORM.metadata) == []


@pytest.mark.parametrize("piece", [FULL, BARE, *(a_piece(c) for c in CADRES)], ids=repr)
def test_a_piece_is_whole_again_as_it_was_kept(store: Store, piece: Piece) -> None:
    kept(store, piece)

    assert loaded(store, piece.id) == piece
    assert loaded(store, "unknown") is None


def test_a_moment_of_another_zone_is_the_same_moment(store: Store) -> None:
    paris = datetime(2022, 5, 12, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    kept(store, replace(BARE, created_at=paris))
    found = loaded(store, BARE.id)

    assert found is not None
    assert (found.created_at, found.created_at.tzinfo) == (NOON, UTC)


@pytest.mark.parametrize("amount", ["0.001", "1e-3", "NaN", "Infinity"])
def test_what_is_not_in_whole_cents_is_never_kept(amount: str) -> None:
    with pytest.raises(ValueError, match="not in whole cents"):
        cents(Decimal(amount))
    assert cents(Decimal("12.3")) == 1230


def test_each_change_counts_a_version_and_adds_its_states(store: Store) -> None:
    piece = a_piece(Cadre.A19)
    kept(store, piece)
    second = moved(store, replace(piece, etat=Etat.DEPOSEE, deposited_at=NOON), Etat.DEPOSEE)
    third = moved(store, replace(second, comment="x"))

    assert (second.version, third.version) == (2, 3)
    assert loaded(store, piece.id) == third
    lines = read(store, lambda session: pieces.history(session, piece.id))
    assert [line.etat for line in lines] == [Etat.BROUILLON, Etat.DEPOSEE]


def test_who_read_an_older_version_changes_nothing(store: Store) -> None:
    piece = a_piece(Cadre.A19)
    kept(store, piece)
    moved(store, replace(piece, comment="first"))

    for late in (piece, replace(piece, version=7), replace(piece, id="unknown", version=1)):
        with pytest.raises(StaleVersionError, match="read it again"):
            moved(store, replace(late, comment="late"), Etat.DEPOSEE)
    found = loaded(store, piece.id)
    assert found is not None
    assert (found.comment, found.version) == ("first", 2)
    assert len(read(store, lambda session: pieces.history(session, piece.id))) == 1


def sent(piece_id: str, number: str = "F1", **changes: object) -> Piece:
    return a_piece(Cadre.A15, Etat.MISE_A_DISPOSITION_MOA, id=piece_id, number=number, **changes)


def test_a_number_is_used_once_by_its_depositor_in_a_year(store: Store) -> None:
    kept(store, sent("1"))

    def taken(who: Perimeter, year: int) -> str | None:
        return read(store, lambda session: pieces.number_taken(session, who, "F1", year))

    assert (taken(MOE, 2022), taken(Perimeter(MOE.structure, "S"), 2022)) == ("1", "1")
    assert (taken(MOE, 2023), taken(MOA, 2022)) == (None, None)
    with pytest.raises(ConflictError):
        kept(store, sent("2"))
    next_year = NOON.replace(year=2023)
    kept(store, sent("3", deposited_at=next_year), sent("4", deposant=MOA), sent("5", "F2"))
    kept(store, *(a_piece(Cadre.A15, id=f"draft{n}", number="F1") for n in range(2)))
    for refused in (Etat.REFUSEE_MOA, Etat.DUPLIQUE_APRES_REFUS):
        moved(store, replace(loaded(store, "1") or BARE, etat=refused))
        with pytest.raises(ConflictError):
            kept(store, sent("6"))


def test_one_piece_goes_on_from_another_until_it_is_lost(store: Store) -> None:
    first = a_piece(Cadre.A4, Etat.ASSOCIEE, id="first")
    draft = a_piece(Cadre.A15, id="draft", previous="first")
    kept(store, first, draft, sent("live", "F1", previous="first"))

    with pytest.raises(ConflictError):
        kept(store, sent("second", "F2", previous="first"))
    moved(store, replace(loaded(store, "live") or BARE, etat=Etat.REFUSEE_MOA))
    kept(store, sent("second", "F2", previous="first"))
    with pytest.raises(ConflictError):
        moved(store, replace(loaded(store, "live") or BARE, etat=Etat.MISE_A_DISPOSITION_MOA))
    found = read(store, lambda session: pieces.successors(session, "first"))
    assert {each.id for each in found} == {"draft", "live", "second"}


def test_a_billing_file_is_all_its_pieces_in_their_order(store: Store) -> None:
    a4, a15, a19 = (
        a_piece(cadre, id=cadre, number=cadre, created_at=NOON + timedelta(days=day), dossier="A4")
        for day, cadre in enumerate((Cadre.A4, Cadre.A15, Cadre.A19))
    )
    kept(store, a19, a4, a15, replace(a4, id="other", dossier="other"), BARE)
    found = read(store, lambda session: pieces.billing_file(session, "A4"))

    assert found is not None
    assert found.pieces == (a4, a15, a19)
    assert read(store, lambda session: pieces.billing_file(session, "")) is None


def test_a_change_bears_the_decision_that_allowed_it(store: Store) -> None:
    piece = a_piece(Cadre.A15)
    kept(store, piece)
    forged = StateLine(
        etat=Etat.DEPOSEE, at=NOON, actor="else", rule_id="x", comment="c", reason="r"
    )

    @asks(ACTION)
    def deposit() -> None:
        guard = Guard(Habilis())
        permit = guard.ask("anna", ACTION, resource_of(piece))
        other = guard.ask("anna", ACTION, Resource(type="piece_travaux", id="else"))
        with store.writing(guard, permit) as session:
            pieces.move(session, piece, [forged], permit)
        with store.writing(guard, permit) as session:
            pieces.move(session, replace(piece, version=2), [forged], other)

    with pytest.raises(UnaskedError):
        deposit()
    first, second = read(store, lambda session: pieces.history(session, piece.id))
    assert second == replace(
        forged,
        actor="anna",
        action=ACTION,
        acting_as="fournisseur",
        decision_id="decision-1",
        rule_id="rule",
        policy_digest="policy",
        revision=1,
    )
    assert (first.actor, first.action, first.decision_id, first.revision) == ("", "ROUTE", "", 0)


def test_what_waits_for_the_clock_is_found_a_batch_at_a_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_BATCH", 2)
    days = [NOON + timedelta(days=number) for number in range(5)]
    kept(store, *(sent(str(n), str(n), state_at=day) for n, day in enumerate(days)))
    kept(store, a_piece(Cadre.A15, id="9"))
    etats = {Etat.MISE_A_DISPOSITION_MOA, Etat.DEPOSEE}

    def batch(after: str) -> list[str]:
        found = read(
            store, lambda session: pieces.waiting(session, etats, until=days[3], after=after)
        )
        return [piece.id for piece in found]

    found: list[str] = []
    while more := batch(found[-1] if found else ""):
        found += more
    assert found == ["0", "1", "2", "3"]


def test_a_download_is_noted_once(store: Store) -> None:
    kept(store, FULL)

    def note(session: WriteSession, _event: ClockEvent) -> None:
        for _ in range(2):
            pieces.note_download(session, FULL.id, "anna", NOON)

    write(store, note)
    query = select(func.count()).select_from(download)
    assert read(store, lambda session: session.connection.scalar(query)) == 1
