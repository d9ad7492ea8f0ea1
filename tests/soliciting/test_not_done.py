"""What is done once, or not at all: requests offered again, versions that were read, uploads."""

import hashlib
from collections.abc import Callable
from typing import Any, Final

import pytest

from habilis import AccessDenied, Perimeter
from habilis_companion.attachments import FileRef
from habilis_companion.errors import (
    FileRefusedError,
    InvalidRequestError,
    RequestIdReusedError,
    StaleVersionError,
)
from habilis_companion.terms import Reference
from habilis_server.world import Detachment
from habilis_soliciting.model.circuit import Act
from habilis_soliciting.model.etats import TO_PROCESS, Etat, EtatEmetteur
from habilis_soliciting.model.shown import Received, Sent
from tests.companion.keeping import nothing_changes
from tests.soliciting.deeds import call
from tests.soliciting.office import (
    BODY,
    EMISES,
    INVOICE,
    OTHER_SUPPLIER,
    RECUES,
    SFACT,
    SUPPLIER,
    Office,
    a_solicitation,
)

# Who does it, from which state, and of which place he is.
BY: Final[dict[Act, tuple[str, Etat, Perimeter]]] = {
    Act.SAVE: ("alice", Etat.BROUILLON, SUPPLIER),
    Act.SUBMIT: ("alice", Etat.BROUILLON, SUPPLIER),
    Act.COMPLETE: ("alice", Etat.DEMANDE_INFORMATION, SUPPLIER),
    Act.SEND_BACK: ("alice", Etat.RESOLUE, SUPPLIER),
    Act.CLOSE: ("alice", Etat.RESOLUE, SUPPLIER),
    Act.ASSIGN: ("lea", Etat.A_TRAITER, SFACT),
    Act.TAKE_CHARGE: ("lea", Etat.A_TRAITER, SFACT),
    Act.ASK_INFORMATION: ("lea", Etat.EN_COURS, SFACT),
    Act.RESOLVE: ("lea", Etat.EN_COURS, SFACT),
    Act.REPORT_MISROUTING: ("lea", Etat.EN_COURS, SFACT),
}


def prepared(office: Office, act: Act) -> Callable[..., object]:
    """The act, by who may do it, on a solicitation as it is now."""
    _, etat, _ = BY[act]
    told = EtatEmetteur.AFFECTEE if etat in TO_PROCESS else EtatEmetteur(etat.value)
    return call(act, office, office.put(a_solicitation(1, etat, told)))


@pytest.mark.parametrize("act", BY)
def test_a_request_offered_again_is_done_once(office: Office, act: Act) -> None:
    who, _, place = BY[act]
    done = prepared(office, act)
    outcome = done(who, "one")
    office.clock.forward(days=1)

    with nothing_changes(office.kept):
        assert done(who, "one") == outcome
        other = "paul" if who == "alice" else "hugo"
        with pytest.raises(RequestIdReusedError):
            done(other, "one")
        office.after(Detachment(account=who, perimeter=place))
        with pytest.raises(AccessDenied):
            done(who, "one")


@pytest.mark.parametrize("act", BY)
def test_who_has_not_read_the_last_version_does_nothing(office: Office, act: Act) -> None:
    who, etat, _ = BY[act]
    told = EtatEmetteur.AFFECTEE if etat in TO_PROCESS else EtatEmetteur(etat.value)
    on = office.put(a_solicitation(1, etat, told, version=5, shown_version=3))
    seen = office.ref(on, "process_solicitation" if who == "lea" else "")

    for version in (seen.version - 1, seen.version + 1):
        done = call(act, office, on, Reference(on.id, version))
        with nothing_changes(office.kept), pytest.raises(StaleVersionError) as stale:
            done(who)
        # By no number: the sender's versions are not the receiver's.
        assert str(stale.value).endswith("has changed since it was read; read it again")
    call(act, office, on, seen)(who)


def test_another_request_of_the_same_name_is_not_done(office: Office) -> None:
    on = office.write()
    said: dict[str, Any] = {"subject": "lea", "request_id": "one", "solicitation": office.ref(on)}
    process = office.soliciting.process_solicitation
    process(**said, status="EN_COURS", comment="Nous cherchons.")

    with nothing_changes(office.kept):
        for status, comment in (("EN_COURS", "Nous cherchons !"), ("RESOLUE", "Nous cherchons.")):
            with pytest.raises(RequestIdReusedError):
                process(**said, status=status, comment=comment)


def test_of_two_agents_at_once_one_is_told_to_read_again(office: Office) -> None:
    on = office.write()
    office.clock.first = lambda: call(Act.TAKE_CHARGE, office, on)("hugo")
    answer = call(Act.RESOLVE, office, on)

    with pytest.raises(StaleVersionError):
        answer("lea")
    assert office.kept_as(on.id).assignee == "hugo"


def test_what_is_neither_written_nor_kept_is_not_sent(office: Office) -> None:
    with nothing_changes(office.kept), pytest.raises(InvalidRequestError, match="what"):
        office.soliciting.submit_solicitation(subject="alice", request_id="one")


@pytest.mark.parametrize("both", [False, True])
def test_a_file_is_of_a_sender_or_of_an_answer_and_not_both(office: Office, both: bool) -> None:
    on = office.write()
    said: dict[str, Any] = {"emetteur": SUPPLIER, "solicitation": on.id} if both else {}
    with nothing_changes(office.kept), pytest.raises(InvalidRequestError, match="emetteur"):
        office.document("alice", "facture.txt", **said)


@pytest.mark.parametrize(
    ("name", "content", "sha256", "field"),
    [
        ("facture", BODY, "", "name"),
        ("facture.exe", BODY, "", "name"),
        ("../facture.txt", BODY, "", "name"),
        ("f" * 47 + ".txt", BODY, "", "name"),
        ("facture.txt", b"", "", "content"),
        ("facture.txt", BODY, "0" * 64, "content"),
        ("facture.pdf", BODY, "", "content"),
    ],
)
def test_a_file_that_may_not_be_kept_is_not(
    office: Office, name: str, content: bytes, sha256: str, field: str
) -> None:
    digest = sha256 or hashlib.sha256(content).hexdigest()
    said: dict[str, Any] = {"subject": "alice", "request_id": "one", "emetteur": SUPPLIER}
    with nothing_changes(office.kept), pytest.raises(FileRefusedError) as refused:
        office.soliciting.upload_attachment(**said, name=name, sha256=digest, content=content)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("who", "emetteur"), [("zoe", SUPPLIER), ("ines", SUPPLIER), ("alice", OTHER_SUPPLIER)]
)
def test_who_may_not_write_hands_nothing_in(office: Office, who: str, emetteur: Perimeter) -> None:
    with nothing_changes(office.kept), pytest.raises(AccessDenied):
        office.document(who, "facture.txt", emetteur=emetteur)


def test_what_is_written_about_is_the_invoice_that_was_found(office: Office) -> None:
    by_number = office.write(draft=office.draft(object_number="F-1"))
    by_id = office.write(draft=office.draft(object_id=INVOICE.id))
    of_two = office.write(draft=office.draft(object_number="F-2", object_id="b" * 32))

    for on in (by_number, by_id):
        found = (on.object_type, on.object_number, on.object_id)
        assert found == (INVOICE.type, INVOICE.number, INVOICE.id)
    assert (of_two.object_number, of_two.object_id) == ("F-2", "b" * 32)


def test_a_file_goes_with_what_is_written_and_the_prepared_one_to_receivers_alone(
    office: Office,
) -> None:
    sent = office.document("alice", "facture.txt", b"sent", emetteur=SUPPLIER)
    on = office.write(draft=office.draft(attachments=(sent,)))
    answer = office.document("lea", "reponse.txt", b"answer", solicitation=on.id)
    office.process("lea", on, "EN_COURS", comment="C'est EJ-7.", attachments=(answer,))

    def read(who: str, application: str, file: FileRef) -> bytes:
        return office.soliciting.download_attachment(
            subject=who, application=application, solicitation=on.id, sha256=file.sha256
        )[1]

    def seen(who: str, application: str) -> Sent | Received:
        return office.soliciting.get_solicitation(
            subject=who, application=application, solicitation=on.id
        )

    assert (read("hugo", RECUES, sent), read("hugo", RECUES, answer)) == (b"sent", b"answer")
    assert seen("alice", EMISES).attachments == (sent,)
    # Whoever takes over goes on with it, and answers by it without a word.
    office.process("hugo", on, "EN_COURS", comment="C'est bien EJ-7.", attachments=(answer,))
    office.process("hugo", on, "RESOLUE")
    assert read("alice", EMISES, answer) == b"answer"
    assert seen("alice", EMISES).attachments == (sent, answer)
    last = office.soliciting.get_solicitation_history(
        subject="alice", application=EMISES, solicitation=on.id
    )[-1]
    assert (last.comment, last.attachments, last.actor) == ("C'est bien EJ-7.", (answer,), "")
