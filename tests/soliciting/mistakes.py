"""What is done wrongly to a companion where some things have happened already."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from habilis_companion.attachments import FileRef
from habilis_companion.files import MOST_BYTES
from habilis_companion.store import ClockEvent
from habilis_companion.terms import Reference
from habilis_companion.uploads import Upload
from habilis_soliciting.flows.objects import NoObjects
from habilis_soliciting.model.asked import Draft
from habilis_soliciting.model.solicitation import Solicitation
from habilis_soliciting.reference.reading import SHIPPED, categories_of
from habilis_soliciting.store.schema import UPLOADS
from tests.soliciting.office import EMISES, SUPPLIER, Office, open_office

__all__ = [
    "UNKNOWN_FILE",
    "Act",
    "Scene",
    "act",
    "anonymous",
    "look",
    "save",
    "scene_in",
    "send",
    "submit",
]

UNKNOWN_FILE: Final = FileRef(name="autre.pdf", sha256="a" * 64, size=10)
_RETIRED: Final = ("STATUT_FACTURE: {", 'STATUT_FACTURE: {active: "no", ')


@dataclass
class Scene:
    """A companion with a solicitation in each state, and files that were handed in.

    `file` and `twin` are alice's, of one name but for its letters; `big` are
    hers too, and too much together; `lea_s` and `samir_s`
    are what these handed in to answer.
    """

    office: Office
    arrived: Solicitation
    assigned: Solicitation
    asked: Solicitation
    answered: Solicitation
    draft: Solicitation
    support: Solicitation
    anonymous: Solicitation
    file: FileRef
    twin: FileRef
    lea_s: FileRef
    samir_s: FileRef
    big: tuple[FileRef, ...]


@contextmanager
def scene_in(folder: Path) -> Generator[Scene]:
    office = open_office(folder / "data", folder)
    shipped = SHIPPED.read_text(encoding="utf-8")
    categories = categories_of("categories.yaml", shipped.replace(*_RETIRED).encode())
    office.soliciting = replace(office.soliciting, categories=categories)
    with office.store:
        arrived, assigned, asked, answered = (office.write() for _ in range(4))
        office.act("assign_solicitation", "lea", assigned, assignee="hugo")
        office.process("lea", asked, "DEMANDE_INFORMATION", comment="Quel engagement ?")
        office.process("lea", answered, "RESOLUE", comment="C'est EJ-7.")
        support = office.write(draft=office.to_support())
        file = office.document("alice", "facture.txt", emetteur=SUPPLIER)
        said = office.draft(attachments=(file,))
        kept = office.soliciting.save_solicitation_draft(
            subject="alice", request_id="draft", draft=said
        )
        yield Scene(
            office=office,
            arrived=office.kept_as(arrived.id),
            assigned=office.kept_as(assigned.id),
            asked=office.kept_as(asked.id),
            answered=office.kept_as(answered.id),
            draft=office.kept_as(kept.id),
            support=support,
            anonymous=office.anonymous(),
            file=file,
            twin=office.document("alice", "FACTURE.txt", b"another", emetteur=SUPPLIER),
            lea_s=office.document("lea", "reponse.txt", b"hers", solicitation=arrived.id),
            samir_s=office.document("samir", "reponse.txt", b"his", solicitation=support.id),
            big=handed_in(office, 13),
        )


def handed_in(office: Office, count: int) -> tuple[FileRef, ...]:
    """Files of alice's, each as big as one may be; nothing but their sizes is looked at."""
    files = [
        FileRef(name=f"{number}.pdf", sha256=f"{number:064x}", size=MOST_BYTES)
        for number in range(count)
    ]
    with office.store.ticking(ClockEvent(name="put", at=office.clock.now)) as session:
        for who in ("alice", "lea"):
            for each in files:
                UPLOADS.keep(session, who, Upload(each, signed=False), office.clock.now)
    return tuple(files)


Act: TypeAlias = Callable[[Scene, str], Callable[[], object]]
"""What is about to be done, by somebody else if one is named: prepared first."""


def _named(scene: Scene, said: dict[str, Any]) -> dict[str, Any]:
    """Files by the names that the scene has for them."""
    files = said.get("attachments", ())
    known = [getattr(scene, each) if isinstance(each, str) else each for each in files]
    whole = [file for each in known for file in (each if isinstance(each, tuple) else (each,))]
    return said | {"attachments": tuple(whole)} if "attachments" in said else said


def _draft(scene: Scene, changes: dict[str, Any]) -> Draft:
    return scene.office.draft(**_named(scene, changes))


def submit(who: str = "alice", *, here: bool = True, **changes: Any) -> Act:
    """A draft sent at once, with these changes; not `here`: where no invoice is kept."""

    def prepared(scene: Scene, instead: str) -> Callable[[], object]:
        flows, request = scene.office.soliciting, scene.office.request()
        flows = flows if here else replace(flows, objects=NoObjects())
        draft = _draft(scene, changes)
        said: dict[str, Any] = {"subject": instead or who, "request_id": request, "draft": draft}
        return lambda: flows.submit_solicitation(**said)

    return prepared


def save(who: str = "alice", replaces: str = "", **changes: Any) -> Act:
    """A draft kept, in place of one of the scene or as a new one."""

    def prepared(scene: Scene, instead: str) -> Callable[[], object]:
        kept = getattr(scene, replaces) if replaces else None
        ref = Reference(kept.id, kept.shown_version) if kept else None
        said: dict[str, Any] = {"draft": _draft(scene, changes), "replaces": ref}
        said |= {"subject": instead or who, "request_id": scene.office.request()}
        return lambda: scene.office.soliciting.save_solicitation_draft(**said)

    return prepared


def send(who: str, on: str) -> Act:
    """A solicitation of the scene, sent as if it were a draft that was kept."""

    def prepared(scene: Scene, instead: str) -> Callable[[], object]:
        kept = getattr(scene, on)
        said: dict[str, Any] = {"saved": Reference(kept.id, kept.shown_version)}
        said |= {"subject": instead or who, "request_id": scene.office.request()}
        return lambda: scene.office.soliciting.submit_solicitation(**said)

    return prepared


def act(method: str, who: str, on: str, **more: Any) -> Act:
    """An act on a solicitation of the scene, as it is; or on none, of an id that nothing has."""

    def prepared(scene: Scene, instead: str) -> Callable[[], object]:
        ref = Reference("0" * 32, 1)
        if on:
            ref = scene.office.ref(getattr(scene, on), method)
        said: dict[str, Any] = {"solicitation": ref, **_named(scene, more)}
        said |= {"subject": instead or who, "request_id": scene.office.request()}
        done = getattr(scene.office.soliciting, method)
        return lambda: done(**said)

    return prepared


def look(method: str, who: str = "alice", /, on: str = "", **more: Any) -> Act:
    """A look at a solicitation of the scene, or at a list."""

    def prepared(scene: Scene, instead: str) -> Callable[[], object]:
        said: dict[str, Any] = {"subject": instead or who, "application": EMISES, **more}
        if on:
            said["solicitation"] = getattr(scene, on).id
        look = getattr(scene.office.soliciting, method)
        return lambda: look(**said)

    return prepared


def anonymous(**changes: Any) -> Act:
    """What somebody not logged in sends."""
    form = {
        "category": "GESTION_COMPTE",
        "subcategory": "CONNEXION",
        "contact_email": "jean@example.org",
        "title": "Connexion impossible",
        "description": "Le mot de passe est refusé.",
    }

    def prepared(scene: Scene, instead: str) -> Callable[[], object]:
        said = {**form, **changes, "request_id": scene.office.request()}
        return lambda: scene.office.welcome.submit_anonymously(**said)

    return prepared
