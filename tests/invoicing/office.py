"""The invoices companion of the tests, beside a Habilis that judges as the server does."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from habilis import Perimeter
from habilis.organisation.facts import StructureType
from habilis_companion.attachments import FileRef
from habilis_companion.guard import Guard
from habilis_companion.store import ClockEvent, ReadSession, Store
from habilis_companion.terms import Reference
from habilis_invoicing.flows import Invoicing
from habilis_invoicing.flows.ticking import tick
from habilis_invoicing.model.asked import Draft
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.piece import Piece, StateLine
from habilis_invoicing.model.routing import Known, Moa, ServiceFacts, StructureFacts
from habilis_invoicing.store import pieces
from habilis_invoicing.store.schema import FORM
from habilis_server.world import Record
from tests.companion.bureau import Bureau, engine, world
from tests.companion.documents import a_pdf
from tests.companion.judging import Judging
from tests.invoicing.pieces import MOA, MOE, PAYER, SUBCONTRACTOR, SUPPLIER, a_piece

__all__ = ["BODY", "PEOPLE", "Office", "open_office"]

# Who acts for whom in the world of the policy's cases, with every profile.
PEOPLE: Final = {
    SUPPLIER.structure: "alice",
    SUBCONTRACTOR.structure: "sara",
    MOE.structure: "julie",
    MOA.structure: "claire",
    PAYER.structure: "karim",
}


class _Records:
    """What anybody may read of the structures of a world: those that are public."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def known(self, subject: str, places: Iterable[Perimeter]) -> Known:
        world = self._office.world
        structures: dict[str, StructureFacts | None] = {}
        services: dict[Perimeter, ServiceFacts | None] = {}
        for place in places:
            record = world.structures.get(place.structure)
            if record is None:
                structures[place.structure] = None
                continue
            if record.type is not StructureType.PUBLIC:
                continue
            details = record.details
            structures[place.structure] = StructureFacts(
                id=record.id,
                identifier_type=record.identifier_type,
                public=True,
                active=record.active,
                moa=Moa(record.moa.value),
                service_code_required=details is not None and details.service_code_required,
                commitment_required=details is not None and details.commitment_required,
                payment_status_hidden=details is not None and details.payment_status_hidden,
            )
            if place.service is not None:
                service = world.services.get(place)
                services[place] = (
                    ServiceFacts(perimeter=place, active=service.active) if service else None
                )
        return Known(structures, services)


BODY: Final = a_pdf()


@dataclass
class Office(Bureau):
    """The companion, with what a test needs around it."""

    def __post_init__(self) -> None:
        self.invoicing = self.asking(self.habilis)

    def asking(self, habilis: Judging) -> Invoicing:
        """The companion's flows, asking this Habilis."""
        return Invoicing(
            store=self.store,
            guard=Guard(habilis),
            directory=_Records(self),
            files=self.files,
            clock=self.clock,
        )

    def document(
        self,
        who: str,
        cadre: Cadre,
        deposant: Perimeter,
        body: bytes = BODY,
        name: str = "situation.pdf",
    ) -> FileRef:
        return self.invoicing.upload_file(
            subject=who,
            request_id=self.request(),
            cadre=cadre,
            deposant=deposant,
            name=name,
            sha256=hashlib.sha256(body).hexdigest(),
            content=body,
        )

    def draft(self, cadre: str, number: str, **changes: Any) -> Draft:
        """A whole draft of this framework, from whom it should be; its document uploaded."""
        whole = a_piece(cadre)
        draft = Draft(
            **{
                each.name: getattr(whole, each.name)
                for each in fields(Draft)
                if each.name != "file"
            }
        )
        draft = replace(draft, number=number, **changes)
        if "file" in changes:
            return draft
        who = PEOPLE.get(draft.deposant.structure, "alice")
        return replace(draft, file=self.document(who, draft.cadre, draft.deposant))

    def deposit(self, cadre: str, number: str, **changes: Any) -> Piece:
        """The piece, deposited by who should."""
        draft = self.draft(cadre, number, **changes)
        who = PEOPLE[draft.deposant.structure]
        request = self.request()
        outcome = self.invoicing.deposit(subject=who, request_id=request, draft=draft)
        return self.piece(outcome.id)

    def act(self, method: str, who: str, piece: Piece, **said: Any) -> Piece:
        """An act on the piece as it is now; the piece after it."""
        ref = Reference(piece.id, self.piece(piece.id).version)
        done = getattr(self.invoicing, method)
        done(subject=who, request_id=self.request(), piece=ref, **said)
        return self.piece(piece.id)

    def put(self, piece: Piece) -> Piece:
        """Have a piece there as it is, whoever brought it to that."""
        event = ClockEvent(name="put", at=piece.state_at)
        with self.store.ticking(event) as session:
            line = StateLine(etat=piece.etat, at=piece.state_at)
            return pieces.insert_piece(session, piece, [line], event)

    def piece(self, piece_id: str) -> Piece:
        with self.store._reading() as connection:
            found = pieces.load(ReadSession(connection), piece_id)
        assert found is not None
        return found

    def lines(self, piece_id: str) -> list[StateLine]:
        with self.store._reading() as connection:
            return list(pieces.history(ReadSession(connection), piece_id))

    def states(self, piece_id: str) -> list[str]:
        return [line.etat.value for line in self.lines(piece_id)]

    def tick(self, **by: float) -> int:
        return tick(self.store, self.clock.forward(**by)).moved


def open_office(target: Path | str, folder: Path, *more: Record) -> Office:
    """A companion that has nothing yet, in the world of the policy's cases and of `more`."""
    facts = world(*more)
    judging = Judging(engine().on(facts))
    return Office(Store.open(target, FORM), judging, facts, folder)
