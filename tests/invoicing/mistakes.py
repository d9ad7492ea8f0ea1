"""What is done wrongly to an office where some things have happened already."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from habilis import Perimeter
from habilis_companion.attachments import FileRef
from habilis_companion.terms import Reference
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.piece import Piece
from habilis_server.world import StructureChange
from tests.invoicing.office import Office, open_office
from tests.invoicing.pieces import PAYER, SUPPLIER

OTHER: Final = Perimeter("51980446200025")
NOWHERE: Final = Perimeter("99999999999999")
PERSON: Final = Perimeter("285063417201245MARTINJEANNE")
NO_SUCH_SERVICE: Final = Perimeter(PAYER.structure, "RIEN")
SETE: Final = Perimeter("21340301700014")
CENT: Final = Decimal("0.01")


@dataclass
class Scene:
    """An office where some things have happened already."""

    office: Office
    a4: Piece
    other: Piece
    answered: Piece
    a19: Piece
    draft: Piece
    a9: Piece


@contextmanager
def scene_in(folder: Path) -> Generator[Scene]:
    office = open_office(folder / "data", folder)
    demanding = {"service_code_required": True, "commitment_required": True}
    office.after(StructureChange(id=SETE.structure, fields=demanding))
    with office.store:
        answered = office.deposit("A4", "F-1")
        office.deposit("A15", "EA-1", previous=answered.id)
        a19 = office.deposit("A19", "EAV-1")
        office.tick(minutes=1)
        office.tick(minutes=1)
        kept = office.draft("A4", "F-9")
        saved = office.invoicing.save_draft(subject="alice", request_id="saved", draft=kept)
        yield Scene(
            office=office,
            a4=office.deposit("A4", "F-2"),
            other=office.deposit("A13", "F-3", valideur=None, fournisseur=OTHER, deposant=OTHER),
            answered=office.piece(answered.id),
            a19=office.piece(a19.id),
            draft=office.piece(saved.id),
            a9=office.deposit("A9", "ST-1"),
        )


Act = Callable[[Scene], Callable[[], object]]
"""What is about to be done: prepared first, so that the doing alone is watched."""


WHO: Final = {"A15": "julie", "A17": "julie", "A19": "claire", "A9": "sara"}


def deposit(
    cadre: str, number: str = "F-100", who: str = "", after: str = "", **changes: Any
) -> Act:
    """A deposit at once with these changes, `after` a piece of the scene."""

    def prepared(scene: Scene) -> Callable[[], object]:
        office = scene.office
        linked = {"previous": getattr(scene, after).id} if after else {}
        draft = office.draft(cadre, number, **linked, **changes)
        subject = who or WHO.get(cadre, "alice")
        said: dict[str, Any] = {"subject": subject, "request_id": office.request(), "draft": draft}
        return lambda: office.invoicing.deposit(**said)

    return prepared


def act(method: str, who: str, piece: str, **said: Any) -> Act:
    """An act on a piece of the scene, as it is."""

    def prepared(scene: Scene) -> Callable[[], object]:
        now = scene.office.piece(getattr(scene, piece).id)
        ref, request = Reference(now.id, now.version), scene.office.request()
        done = getattr(scene.office.invoicing, method)
        return lambda: done(subject=who, request_id=request, piece=ref, **said)

    return prepared


def upload(name: str, content: bytes, sha256: str = "") -> Act:
    def prepared(scene: Scene) -> Callable[[], object]:
        return lambda: scene.office.invoicing.upload_file(
            subject="alice",
            request_id=scene.office.request(),
            cadre=Cadre.A4,
            deposant=SUPPLIER,
            name=name,
            sha256=sha256,
            content=content,
        )

    return prepared


UNKNOWN_FILE: Final = FileRef(name="autre.pdf", sha256="a" * 64, size=10)
