"""The solicitations companion of the tests, beside a Habilis that judges as the server does."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from habilis import Perimeter
from habilis.organisation.facts import StructureType
from habilis.organisation.records import ServiceRecord, StructureRecord
from habilis_companion.attachments import FileRef
from habilis_companion.guard import Guard
from habilis_companion.organisation import RecordReader, Records
from habilis_companion.store import ClockEvent, ReadSession, Store
from habilis_companion.terms import Reference
from habilis_server.world import Record, World
from habilis_soliciting.flows import Soliciting
from habilis_soliciting.flows.directory import HabilisDirectory
from habilis_soliciting.flows.objects import LinkedObject
from habilis_soliciting.flows.public import Welcome
from habilis_soliciting.flows.ticking import tick
from habilis_soliciting.model.asked import Draft, Outcome
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.solicitation import ObjectType, Solicitation, StateLine
from habilis_soliciting.reference.reading import read_categories
from habilis_soliciting.store import solicitations
from habilis_soliciting.store.schema import FORM
from tests.companion.bureau import NOW, Bureau, engine, world
from tests.companion.judging import Judging

__all__ = [
    "BODY",
    "CLOSED",
    "EMISES",
    "INVOICE",
    "OTHER_SUPPLIER",
    "RECUES",
    "SFACT",
    "STATE",
    "SUPPLIER",
    "SUPPORT_ADDRESS",
    "Book",
    "Office",
    "a_solicitation",
    "open_office",
]

# Places and people of the policy's cases: alice and paul write for the supplier,
# lea answers at the SFACT, hugo and sophie for the whole structure; samir is the support.
SUPPLIER: Final = Perimeter("40512377900010")
OTHER_SUPPLIER: Final = Perimeter("51980446200025")
STATE: Final = Perimeter("11000201100044")
SFACT: Final = Perimeter("11000201100044", "FAC0000034")
CLOSED: Final = Perimeter("11000201100044", "CGF0000034")
EMISES: Final = "sollicitations_emises"
RECUES: Final = "sollicitations_recues"
SUPPORT_ADDRESS: Final = "support@example.org"

BODY: Final = b"what was attached"
INVOICE: Final = LinkedObject(type=ObjectType.FACTURE, number="F-1", id="f" * 32)


class _Shelves:
    """Invoices that alice may consult: one of the number `F-1`, two of the number `F-2`."""

    def find(
        self, subject: str, application: str, *, number: str, object_id: str
    ) -> Sequence[LinkedObject]:
        if subject != "alice" or application != "factures_emises":
            return []
        twins = [replace(INVOICE, number="F-2", id=letter * 32) for letter in "ab"]
        return [
            each
            for each in (INVOICE, *twins)
            if number in {"", each.number} and object_id in {"", each.id}
        ]


class _Reader(RecordReader):
    """What anybody may read of a world: its public structures, and those he works for."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def known(self, subject: str, places: Iterable[Perimeter]) -> Records:
        structures: dict[str, StructureRecord | None] = {}
        for place in places:
            record = self._world.structures.get(place.structure)
            if record is None:
                structures[place.structure] = None
            elif record.type is StructureType.PUBLIC or self._works_for(subject, place.structure):
                names = ("id", "identifier_type", "type", "name", "active", "moa")
                told: dict[str, Any] = {name: getattr(record, name) for name in names}
                structures[place.structure] = StructureRecord(**told)
        return Records(structures, {})

    def services(self, subject: str, structure: str) -> Sequence[ServiceRecord]:
        return [
            ServiceRecord(perimeter=place, name=each.name, active=each.active)
            for place, each in self._world.services.items()
            if place.structure == structure
        ]

    def _works_for(self, subject: str, structure: str) -> bool:
        held = self._world.attachments.get(subject, {})
        return any(place.structure == structure for place in held)

    @property
    def _world(self) -> World:
        return self._office.world


class Book:
    """The addresses of who may take charge at the SFACT; `asked` keeps for what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Perimeter, str, str]] = []

    def of(self, place: Perimeter, action: str, *, account: str = "") -> tuple[str, ...]:
        self.asked.append((place, action, account))
        there = ("hugo", "lea") if place == SFACT else ()
        return tuple(f"{who}@example.org" for who in there if account in {"", who})


@dataclass
class Office(Bureau):
    """The companion, with what a test needs around it."""

    def __post_init__(self) -> None:
        self.book = Book()
        self.soliciting = self.asking(self.habilis)
        self.welcome = Welcome(
            store=self.store, categories=self.soliciting.categories, clock=self.clock
        )

    def asking(self, habilis: Judging) -> Soliciting:
        """The companion's flows, asking this Habilis."""
        return Soliciting(
            store=self.store,
            guard=Guard(habilis),
            directory=HabilisDirectory(_Reader(self)),
            files=self.files,
            clock=self.clock,
            objects=_Shelves(),
            categories=read_categories(),
        )

    def draft(self, **changes: Any) -> Draft:
        """What the supplier writes to the SFACT: an invoice cites a commitment it does not know."""
        return replace(
            Draft(
                emetteur=SUPPLIER,
                category="FACTURES_EMISES",
                subcategory="ERREUR_DESTINATAIRE",
                recepteur=SFACT,
                title="Engagement inconnu",
                description="La facture cite un engagement qui n'existe pas.",
                contact_email="alice@example.org",
            ),
            **changes,
        )

    def to_support(self, **changes: Any) -> Draft:
        """What the supplier writes to the support."""
        return self.draft(subcategory="ERREUR_TECHNIQUE_DEPOT", recepteur=None, **changes)

    def write(self, who: str = "alice", draft: Draft | None = None) -> Solicitation:
        """The solicitation, sent at once."""
        draft = draft or self.draft()
        request = self.request()
        sent = self.soliciting.submit_solicitation(subject=who, request_id=request, draft=draft)
        return self.kept_as(sent.id)

    def anonymous(self, email: str = "jean@example.org") -> Solicitation:
        """What somebody writes who is not logged in, as the support receives it."""
        before = {each.id for each in self.every()}
        self.welcome.submit_anonymously(
            request_id=self.request(),
            category="GESTION_COMPTE",
            subcategory="CONNEXION",
            contact_email=email,
            title="Connexion impossible",
            description="Le mot de passe est refusé.",
        )
        [new] = [each for each in self.every() if each.id not in before]
        return new

    def document(
        self,
        who: str,
        name: str,
        body: bytes = BODY,
        *,
        emetteur: Perimeter | None = None,
        solicitation: str = "",
        request: str = "",
    ) -> FileRef:
        """A file that this person has handed in: for a sender, or to answer a solicitation."""
        return self.soliciting.upload_attachment(
            subject=who,
            request_id=request or self.request(),
            name=name,
            sha256=hashlib.sha256(body).hexdigest(),
            content=body,
            emetteur=emetteur,
            solicitation=solicitation,
        )

    def act(self, method: str, who: str, on: Solicitation, **said: Any) -> Outcome:
        """An act on the solicitation as its side reads it now."""
        done = getattr(self.soliciting, method)
        ref = self.ref(on, method)
        outcome: Outcome = done(subject=who, request_id=self.request(), solicitation=ref, **said)
        return outcome

    def process(self, who: str, on: Solicitation, status: str, **said: Any) -> Solicitation:
        """The solicitation after this status was given to it."""
        self.act("process_solicitation", who, on, status=status, **said)
        return self.kept_as(on.id)

    def ref(self, on: Solicitation, method: str = "process_solicitation") -> Reference:
        """The solicitation as whoever calls this method has read it."""
        now = self.kept_as(on.id)
        received = method.startswith(("assign", "process", "reroute"))
        return Reference(on.id, now.version if received else now.shown_version)

    def put(self, solicitation: Solicitation) -> Solicitation:
        """Have a solicitation there as it is, whoever brought it to that."""
        event = ClockEvent(name=Act.SUBMIT, at=solicitation.state_at)
        with self.store.ticking(event) as session:
            line = StateLine(
                etat=solicitation.etat,
                etat_emetteur=solicitation.etat_emetteur,
                told=True,
                at=solicitation.state_at,
            )
            return solicitations.add(session, solicitation, [line], event)

    def kept_as(self, solicitation_id: str) -> Solicitation:
        with self.store._reading() as connection:
            found = solicitations.load(ReadSession(connection), solicitation_id)
        assert found is not None
        return found

    def every(self) -> list[Solicitation]:
        """All that were written, drafts included."""
        with self.store._reading() as connection:
            table = FORM.metadata.tables["solicitation"]
            names = connection.scalars(table.select().with_only_columns(table.c.id)).all()
        return [self.kept_as(name) for name in names]

    def lines(self, solicitation_id: str) -> list[StateLine]:
        with self.store._reading() as connection:
            return list(solicitations.history(ReadSession(connection), solicitation_id))

    def told(self) -> list[tuple[str, str]]:
        """Every notice that waits to be sent: its template, and to whom."""
        return [(each.template, each.recipient) for each in self.store.outbox.unsent()]

    def tick(self, **by: float) -> int:
        return tick(self.store, self.clock.forward(**by), self.book, SUPPORT_ADDRESS)


def a_solicitation(number: int, etat: Etat, told: EtatEmetteur, **changes: Any) -> Solicitation:
    """A solicitation of the supplier's to the SFACT in these states, since the clock stands."""
    whole = Solicitation(
        id=f"{number:032x}",
        etat=etat,
        etat_emetteur=told,
        emetteur=SUPPLIER,
        recepteur=SFACT,
        number="" if etat is Etat.BROUILLON else f"S2021-{number:06d}",
        category="FACTURES_EMISES",
        subcategory="ERREUR_DESTINATAIRE",
        title="Engagement inconnu",
        description="La facture cite un engagement qui n'existe pas.",
        contact_email="alice@example.org",
        created_at=NOW,
        state_at=NOW,
        shown_at=NOW,
        submitted_at=None if etat is Etat.BROUILLON else NOW,
    )
    return replace(whole, **changes)


def open_office(target: Path | str, folder: Path, *more: Record) -> Office:
    """A companion that has nothing yet, in the world of the policy's cases and of `more`."""
    facts = world(*more)
    judging = Judging(engine().on(facts))
    return Office(Store.open(target, FORM), judging, facts, folder)
