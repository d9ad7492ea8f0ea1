"""All that a sender can be told, by every method: two companions are compared by it, word by word.

`story` brings a companion to where senders wait for their answers, with or
without what happens unseen in « En cours »; `walked` asks it everything.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any, Final

from habilis import AccessDenied
from habilis.errors import HabilisError
from habilis_companion.attachments import FileRef
from habilis_companion.errors import CompanionError
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Reference
from habilis_soliciting.model.asked import Criteria, Page, ToProcess
from habilis_soliciting.model.etats import Etat, EtatEmetteur
from habilis_soliciting.model.rules import STATUSES
from habilis_soliciting.model.solicitation import Solicitation
from habilis_soliciting.notices import writer_for
from tests.soliciting.office import EMISES, RECUES, SFACT, STATE, SUPPLIER, Office

__all__ = ["ACTS", "LOOKS", "story", "walked"]

PREPARED: Final = b"what the receiver prepares"
SENT: Final = b"what came with the answer"
_VERSIONS: Final = range(1, 7)


def story(office: Office, *, unseen: bool) -> dict[str, Solicitation]:
    """Solicitations that wait for their senders, or that wait for their receivers.

    `unseen`: receivers work on each of them « En cours » as well, take over
    from each other, prepare answers with files, and name who is to handle it.
    """
    told: dict[str, Solicitation] = {}

    def write(name: str, *, to_support: bool = False) -> Solicitation:
        office.clock.forward(minutes=7)
        told[name] = office.write(draft=office.to_support() if to_support else office.draft())
        return told[name]

    def worked_on(on: Solicitation, first: str = "lea", then: str = "hugo") -> None:
        office.clock.forward(minutes=7)
        if unseen:
            office.act("assign_solicitation", first, on, assignee=then)
            file = office.document(first, "prepare.txt", PREPARED, solicitation=on.id)
            words = {"comment": "Nous cherchons encore.", "attachments": (file,)}
            office.process(first, on, "EN_COURS", **words)
            office.process(then, on, "EN_COURS")
        office.tick(minutes=1)

    def answered(on: Solicitation, who: str = "lea") -> None:
        file = office.document(who, "reponse.txt", SENT, solicitation=on.id)
        office.process(who, on, "RESOLUE", comment="C'est EJ-7.", attachments=(file,))

    worked_on(write("arrived"))
    worked_on(write("at the support", to_support=True), "samir", "sonia")
    answered(write("answered"))
    for name in ("answered at last", "answered to two", "answered well"):
        worked_on(on := write(name))
        answered(on)
    worked_on(on := write("answered by the support", to_support=True), "samir", "sonia")
    answered(on, "samir")
    for name in ("asked about", "asked about of two", "completed"):
        worked_on(on := write(name))
        office.process("lea", on, "DEMANDE_INFORMATION", comment="Quel engagement ?")
    office.act("complete_solicitation", "alice", on, comment="EJ-7")
    worked_on(on, "hugo", "lea")
    worked_on(on := write("sent back"))
    answered(on)
    office.act("send_back_solicitation", "alice", on, comment="Ce n'est pas EJ-7.")
    worked_on(on, "hugo", "lea")
    worked_on(on := write("misrouted"))
    office.process("hugo", on, "MAUVAISE_AFFECTATION", comment="Pas pour nous.")
    worked_on(on, "samir", "sonia")
    worked_on(on := write("closed"))
    answered(on)
    office.act("close_solicitation", "alice", on)
    draft = office.soliciting.save_solicitation_draft(
        subject="alice", request_id="a draft", draft=office.draft()
    )
    told["draft"] = office.kept_as(draft.id)
    return told


@dataclass
class Walk:
    """What one person is told of these solicitations; each answer, and each error, is written."""

    office: Office
    who: str
    written: Mapping[str, Solicitation]
    told: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.office.habilis.asked = 0  # decisions are named by it

    def hear(self, method: str, **said: Any) -> Any:
        """What is answered; None where it is an error."""
        flow = getattr(self.office.soliciting, method)
        asked = f"{self.who} {method} {said}"
        try:
            answer = flow(subject=self.who, **said)
        except (RefusedError, CompanionError, HabilisError) as error:
            self.told.append(f"{asked}: {_spelled(error)}")
            return None
        self.told.append(f"{asked}: {answer!r}")
        return answer

    def act(self, method: str, **said: Any) -> None:
        """An act; where it is done, the same request once more."""
        request = f"{self.who}-{len(self.told)}"
        if self.hear(method, request_id=request, **said) is not None:
            self.hear(method, request_id=request, **said)

    def references(self) -> Iterator[tuple[Solicitation, Reference]]:
        """Every solicitation in every version that there may be."""
        for each, version in product(self.written.values(), _VERSIONS):
            yield each, Reference(each.id, version)


def _spelled(error: Exception) -> str:
    """All that an error tells whoever catches it."""
    match error:
        case AccessDenied():
            return f"{error!r} {error.decision!r}"
        case RefusedError():
            return f"{error!r} {error.problems!r}"
        case _:
            return f"{error!r} {vars(error)}"


def _look(walk: Walk, method: str) -> None:
    for each, application in product(walk.written.values(), (EMISES, RECUES)):
        walk.hear(method, application=application, solicitation=each.id)


def _download(walk: Walk) -> None:
    for each, body in product(walk.written.values(), (PREPARED, SENT, b"nothing of theirs")):
        said = {"solicitation": each.id, "sha256": hashlib.sha256(body).hexdigest()}
        walk.hear("download_attachment", application=EMISES, **said)


def _upload(walk: Walk) -> None:
    content = {"sha256": hashlib.sha256(PREPARED).hexdigest(), "content": PREPARED}
    walk.act("upload_attachment", name="brouillon.txt", emetteur=SUPPLIER, **content)
    for each in walk.written.values():
        walk.act("upload_attachment", name="b.txt", solicitation=each.id, **content)


def _criteria(walk: Walk) -> Iterator[Criteria]:
    """Each criterion, with every value by which it could tell something."""
    yield Criteria()
    for etat in sorted({each.value for each in (*Etat, *EtatEmetteur)}):
        yield Criteria(etats=(etat,))
    for assignee in ("lea", "hugo", "samir", "sonia"):
        yield Criteria(assignee=assignee)
    for place in (SUPPLIER, STATE, SFACT):
        yield Criteria(recepteurs=(place,))
        yield Criteria(emetteurs=(place,))
    yield Criteria(categories=("FACTURES_EMISES",))
    yield Criteria(subcategories=("ERREUR_DESTINATAIRE",), object_number="F-1")
    for each in walk.written.values():
        yield Criteria(number=each.number, submitted_from=each.created_at)
        yield Criteria(submitted_to=each.created_at)


def _paged(walk: Walk, method: str, **said: Any) -> None:
    """The whole list, and its pages of three, with their tokens."""
    asked = {"application": EMISES, **said}
    page = walk.hear(method, **asked)
    if isinstance(page, Page):
        page = walk.hear(method, **asked, page_size=3)
        while page.next_page_token:
            page = walk.hear(method, **asked, page_size=3, page_token=page.next_page_token)


def _search(walk: Walk) -> None:
    _paged(walk, "search_solicitations", criteria=Criteria())
    _narrowed(walk, "search_solicitations")


def _to_process(walk: Walk) -> None:
    _paged(walk, "list_solicitations_to_process")


def _narrowed(walk: Walk, method: str) -> None:
    for criteria in _criteria(walk):
        walk.hear(method, application=EMISES, criteria=criteria)


def _export(walk: Walk) -> None:
    _narrowed(walk, "export_solicitations")
    walk.hear("export_solicitations", application=EMISES, criteria=ToProcess())


def _save(walk: Walk) -> None:
    walk.act("save_solicitation_draft", draft=walk.office.draft())
    for _, reference in walk.references():
        again = walk.office.draft(title="Engagement EJ-7 inconnu")
        walk.act("save_solicitation_draft", draft=again, replaces=reference)


def _submit(walk: Walk) -> None:
    walk.act("submit_solicitation", draft=walk.office.draft())
    for _, reference in walk.references():
        walk.act("submit_solicitation", saved=reference)


def _say(walk: Walk, method: str) -> None:
    digest = hashlib.sha256(PREPARED).hexdigest()
    file = FileRef(name="prepare.txt", sha256=digest, size=len(PREPARED))
    for each, reference in walk.references():
        walk.act(method, solicitation=reference, comment="EJ-8")
        walk.act(method, solicitation=Reference(each.id, 1), attachments=(file,))


def _close(walk: Walk) -> None:
    for each, reference in walk.references():
        if each != walk.written["answered"]:
            walk.act("close_solicitation", solicitation=reference)


def _overtaken(walk: Walk) -> None:
    """A colleague does the same while it is done."""
    for name, method in (
        ("asked about of two", "complete_solicitation"),
        ("answered to two", "send_back_solicitation"),
    ):
        on, done = walk.written[name], getattr(walk.office.soliciting, method)
        said = {"solicitation": Reference(on.id, 2), "comment": "EJ-7"}
        walk.office.clock.first = partial(done, subject="paul", request_id=f"paul {name}", **said)
        walk.act(method, **said)


def _assign(walk: Walk) -> None:
    for each, assignee in product(walk.written.values(), ("alice", "lea", "hugo")):
        said = {"solicitation": Reference(each.id, each.version), "assignee": assignee}
        walk.act("assign_solicitation", **said)


def _process(walk: Walk) -> None:
    for each, status in product(walk.written.values(), ("", "PERDUE", *STATUSES)):
        said = {"solicitation": Reference(each.id, each.version), "status": status}
        walk.act("process_solicitation", **said, comment="?")


def _reroute(walk: Walk) -> None:
    for each in walk.written.values():
        said = {"solicitation": Reference(each.id, each.version), "recepteur": SFACT}
        walk.act("reroute_solicitation", **said)


LOOKS: Final[Mapping[str, Callable[[Walk], None]]] = {
    "get_solicitation": partial(_look, method="get_solicitation"),
    "get_solicitation_history": partial(_look, method="get_solicitation_history"),
    "download_attachment": _download,
    "list_solicitations_to_process": _to_process,
    "search_solicitations": _search,
    "get_solicitation_dashboard": partial(_narrowed, method="get_solicitation_dashboard"),
    "get_solicitation_statistics": partial(_narrowed, method="get_solicitation_statistics"),
    "export_solicitations": _export,
}
ACTS: Final[Mapping[str, Callable[[Walk], None]]] = {
    "assign_solicitation": _assign,
    "process_solicitation": _process,
    "reroute_solicitation": _reroute,
    "upload_attachment": _upload,
    "save_solicitation_draft": _save,
    "submit_solicitation": _submit,
    "complete_solicitation": partial(_say, method="complete_solicitation"),
    "close_solicitation": _close,
    "send_back_solicitation": partial(_say, method="send_back_solicitation"),
}


def walked(office: Office, written: Mapping[str, Solicitation]) -> list[str]:
    """All that the sender's people are told: by every look, by every act, by mail; then again."""
    told: list[str] = []
    looks, acts = LOOKS.values(), ACTS.values()
    for who, steps in (("ines", looks), ("alice", [*looks, _overtaken, *acts]), ("alice", looks)):
        walk = Walk(office, who, written)
        for step in steps:
            step(walk)
        told += walk.told
        office.tick(hours=1)
    return [*told, *_mailed(office)]


def _mailed(office: Office) -> Iterator[str]:
    """The mails to the sender, as they are handed to the relay."""
    writer = writer_for("portail@example.org")
    office.clock.forward(days=1)
    for notice in office.store.outbox.claim(office.clock.now, lease=timedelta(1), limit=1_000):
        if notice.recipient == "alice@example.org":
            yield f"{notice.event} {writer.write(notice).as_bytes()!r}"
