"""Reminders: who should act is told once, by mail; and what is read of a real Habilis for it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from habilis import Client, Perimeter
from habilis.organisation.reader import OrganisationReader
from habilis_companion.organisation import HabilisAddresses
from habilis_invoicing.flows.directory import HabilisDirectory
from habilis_invoicing.flows.ticking import Tally, tick
from habilis_invoicing.model.routing import Moa
from habilis_invoicing.notices import writer_for
from tests.companion.bureau import NOW
from tests.invoicing.office import Office, open_office
from tests.invoicing.pieces import MOA, MOE, PAYER, SUPPLIER
from tests.service.portal import Portal, open_portal


class Book:
    """Addresses by place and action, as the test says."""

    def __init__(self) -> None:
        self.asked: list[tuple[Perimeter, str]] = []

    def of(self, place: Perimeter, action: str, *, account: str = "") -> tuple[str, ...]:
        assert not account
        self.asked.append((place, action))
        return ("julie@example.org", "lucas@example.org") if place == MOE else ()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = open_office(tmp_path / "data", tmp_path)
    with office.store:
        yield office


def test_a_moe_is_reminded_once_two_days_before_its_silence_takes_effect(office: Office) -> None:
    book = Book()
    office.deposit("A4", "20220094")
    office.deposit("A9", "ST-1")

    tallies = [
        tick(office.store, office.clock.now + timedelta(days=days), book) for days in (4, 5, 6)
    ]

    assert tallies == [Tally(0, 0), Tally(0, 2), Tally(0, 0)]
    assert book.asked == [(MOE, "factures_travaux.refuser")]
    told = office.store.outbox.unsent()
    assert [notice.recipient for notice in told] == ["julie@example.org", "lucas@example.org"]


def test_to_whom_a_piece_comes_is_told_once(office: Office) -> None:
    book = Book()
    a4 = office.deposit("A4", "20220094")
    told = [tick(office.store, office.clock.forward(hours=1), book) for _ in range(2)]
    a15 = office.deposit("A15", "EA-1", previous=a4.id)
    told.append(tick(office.store, office.clock.forward(hours=1), book))
    office.deposit("A19", "EAV-1", previous=a15.id)
    told += [tick(office.store, office.clock.forward(hours=1), book) for _ in range(3)]

    assert told == [Tally(0, 2), *[Tally(0, 0)] * 2, Tally(1, 0), Tally(1, 0), Tally(0, 0)]
    moe, moa, payer = (
        (MOE, "factures_travaux.refuser"),
        (MOA, "factures_travaux.refuser"),
        (PAYER, "factures_recues.constater_service_fait"),
    )
    # Whoever has no address is looked for again.
    assert book.asked == [moe, moa, payer, payer]
    claimed = office.store.outbox.claim(office.clock.now, lease=timedelta(1), limit=9)
    mails = [writer_for("portail@example.org").write(notice) for notice in claimed]
    assert [mail.recipient for mail in mails] == ["julie@example.org", "lucas@example.org"]
    assert all("Une pièce vous est parvenue" in mail.text for mail in mails)


def test_a_depositor_is_reminded_to_acknowledge_after_seven_days(office: Office) -> None:
    book = Book()
    a4 = office.deposit("A4", "20220094")
    a15 = office.deposit("A15", "EA-1", previous=a4.id)
    office.act("refuse_piece", "claire", a15, reason="AUTRE", comment="lot 5")

    assert tick(office.store, office.clock.now + timedelta(days=7), book) == Tally(0, 2)
    assert book.asked == [(MOE, "factures_travaux.traiter_rejet")]


def test_each_reminder_is_written_and_tells_of_which_piece(office: Office) -> None:
    a4 = office.deposit("A4", "20220094")
    tick(office.store, office.clock.now + timedelta(days=5), Book())
    writer = writer_for("portail@example.org")
    later = NOW + timedelta(days=6)
    claimed = office.store.outbox.claim(later, lease=timedelta(1), limit=9)
    mails = [writer.write(notice) for notice in claimed]

    assert writer.names == {"arrived", "answer", "acknowledge"}
    assert {mail.recipient for mail in mails} == {"julie@example.org", "lucas@example.org"}
    for mail in mails:
        for text in (mail.text, mail.html):
            assert "projet de décompte mensuel n° 20220094" in text
            assert "« Mise à disposition de la MOE »" in text
    assert a4.version == office.piece(a4.id).version


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with open_portal(tmp_path_factory.mktemp("portal")) as portal:
        yield portal


def test_the_directory_reads_what_a_person_may_read_of_a_real_habilis(portal: Portal) -> None:
    gone, closed = Perimeter("99999999999999"), Perimeter(PAYER.structure, "CGF0000034")
    no_service = Perimeter(PAYER.structure, "RIEN")
    with OrganisationReader(portal.target) as reader:
        directory = HabilisDirectory(reader)
        places = [PAYER, closed, no_service, MOA, MOE, SUPPLIER, gone]
        known = directory.known("alice", places)
        again = directory.known("alice", places)

    payer, academy = known.structures[PAYER.structure], known.structures[MOA.structure]
    assert payer is not None
    assert academy is not None
    assert (payer.public, payer.moa, academy.moa) == (True, Moa.NONE, Moa.ONLY)
    assert known.structures[gone.structure] is None
    # A company that alice does not work for is not hers to read.
    assert MOE.structure not in known.structures
    assert SUPPLIER.structure in known.structures
    services = {place: facts and facts.active for place, facts in known.services.items()}
    assert services == {PAYER: True, closed: False, no_service: None}
    assert again == known


def test_addresses_are_those_of_who_may_act_as_far_as_the_account_may_read(portal: Portal) -> None:
    with OrganisationReader(portal.target) as reader, Client(portal.target) as client:
        told = HabilisAddresses(client, reader, "marc").of(MOE, "factures_travaux.refuser")
        not_told = HabilisAddresses(client, reader, "zoe").of(MOE, "factures_travaux.refuser")

    assert "julie@example.org" in told
    assert "lucas@example.org" not in told
    assert not_told == ()
