"""Bad input through the flows: each fault its own error, and nothing changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

import pytest

from habilis import AccessDenied, Perimeter
from habilis_companion.errors import (
    FileRefusedError,
    InvalidRequestError,
    RequestIdReusedError,
    StaleVersionError,
)
from habilis_companion.refusals import RefusedError
from habilis_invoicing.model.asked import PieceRef
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.piece import FileRef, Piece
from habilis_invoicing.model.refusals import Code
from habilis_server.world import StructureChange
from tests.companion.documents import BAD_PDFS, signed_pdf
from tests.invoicing.office import Office, open_office
from tests.invoicing.pieces import AMOUNTS, MOA, MOE, PAYER, SUPPLIER

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


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("bad")
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


def kept(office: Office) -> object:
    return [office.rows(), sorted(path for path in (office.folder / "files").rglob("*"))]


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
        ref, request = PieceRef(now.id, now.version), scene.office.request()
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

REFUSED: Final[list[tuple[str, Act, Code, str]]] = [
    (
        "amounts that do not add up",
        deposit("A4", amounts=replace(AMOUNTS, including_tax=Decimal("1200.01"))),
        *(Code.AMOUNTS_DISAGREE, "amounts.including_tax"),
    ),
    (
        "more to pay than is asked",
        deposit("A4", amounts=replace(AMOUNTS, to_pay=AMOUNTS.including_tax + CENT)),
        *(Code.AMOUNTS_DISAGREE, "amounts.to_pay"),
    ),
    (
        "a third decimal",
        deposit("A4", amounts=replace(AMOUNTS, to_pay=Decimal("1.001"))),
        *(Code.AMOUNT_NOT_EXACT, "amounts.to_pay"),
    ),
    (
        "a negative amount",
        deposit("A4", amounts=replace(AMOUNTS, to_pay=Decimal(-1))),
        *(Code.AMOUNT_OUT_OF_RANGE, "amounts.to_pay"),
    ),
    ("no amounts", deposit("A4", amounts=None), Code.AMOUNTS_REQUIRED, "amounts"),
    ("no file", deposit("A4", file=None), Code.FILE_REQUIRED, "file"),
    ("a file of nobody", deposit("A4", file=UNKNOWN_FILE), Code.FILE_UNKNOWN, "file"),
    (
        "an attachment of nobody",
        deposit("A4", attachments=(UNKNOWN_FILE,)),
        *(Code.FILE_UNKNOWN, "attachments"),
    ),
    ("no number", deposit("A4", ""), Code.NUMBER_REQUIRED, "number"),
    ("a number too long", deposit("A4", "N" * 21), Code.TEXT_NOT_ALLOWED, "number"),
    ("today's date", deposit("A4", "20220512"), Code.NUMBER_IS_A_DATE, "number"),
    ("a number used this year", deposit("A4", "F-1"), Code.NUMBER_ALREADY_USED, "number"),
    (
        "the wrong framework for the role",
        deposit("A15", who="alice", deposant=SUPPLIER, after="a4"),
        *(Code.WRONG_ROLE_FOR_FRAMEWORK, "parties.deposant"),
    ),
    (
        "a second live successor",
        deposit("A15", after="answered"),
        *(Code.ALREADY_FOLLOWED, "previous"),
    ),
    (
        "the billing file of another supplier",
        deposit("A15", after="other"),
        *(Code.NOT_ACTOR_OF_FILE, "parties.fournisseur"),
    ),
    (
        "another MOA than the one of the billing file",
        deposit("A15", after="a4", moa=SETE),
        *(Code.NOT_ACTOR_OF_FILE, "parties.moa"),
    ),
    (
        "a framework that does not follow",
        deposit("A17", after="a4"),
        *(Code.FRAMEWORK_DOES_NOT_FOLLOW, "cadre"),
    ),
    (
        "an invoice in a billing file",
        deposit("A1", after="a4"),
        Code.FRAMEWORK_DOES_NOT_FOLLOW,
        "previous",
    ),
    ("no such previous piece", deposit("A15", previous="0" * 32), Code.PIECE_UNKNOWN, "previous"),
    ("no MOE", deposit("A4", moe=None), Code.PARTY_REQUIRED, "parties.moe"),
    ("no validator", deposit("A9", valideur=None), Code.PARTY_REQUIRED, "parties.valideur"),
    (
        "a validator that is none of the framework's",
        deposit("A1", valideur=MOE),
        *(Code.PARTY_NOT_EXPECTED, "parties.valideur"),
    ),
    (
        "an unknown structure",
        deposit("A1", destinataire=NOWHERE),
        *(Code.STRUCTURE_UNKNOWN, "parties.destinataire"),
    ),
    (
        "an unknown service",
        deposit("A1", destinataire=NO_SUCH_SERVICE),
        *(Code.SERVICE_UNKNOWN, "parties.destinataire"),
    ),
    (
        "a closed service",
        deposit("A1", destinataire=Perimeter(PAYER.structure, "CGF0000034")),
        *(Code.SERVICE_INACTIVE, "parties.destinataire"),
    ),
    (
        "an inactive structure",
        deposit("A1", destinataire=Perimeter("19340987700019")),
        *(Code.STRUCTURE_INACTIVE, "parties.destinataire"),
    ),
    (
        "a payer that is a MOA and nothing else",
        deposit("A19", destinataire=MOA),
        *(Code.MOA_ONLY_STRUCTURE, "parties.destinataire"),
    ),
    (
        "an invoice to a MOA and nothing else",
        deposit("A1", destinataire=MOA),
        *(Code.MOA_ONLY_STRUCTURE, "parties.destinataire"),
    ),
    (
        "a MOA that takes no part",
        deposit("A15", moa=PAYER),
        *(Code.MOA_NOT_PRESENT, "parties.moa"),
    ),
    (
        "no service code",
        deposit("A1", destinataire=SETE, commitment_number="EJ-1"),
        *(Code.SERVICE_CODE_REQUIRED, "parties.destinataire"),
    ),
    (
        "no commitment",
        deposit("A1", destinataire=Perimeter(SETE.structure, "TRAVAUX")),
        *(Code.COMMITMENT_REQUIRED, "commitment_number"),
    ),
    ("no reason", act("refuse_piece", "julie", "a4", reason=""), Code.REASON_REQUIRED, "reason"),
    (
        "an unknown reason",
        act("refuse_piece", "julie", "a4", reason="PARCE QUE"),
        *(Code.REASON_UNKNOWN, "reason"),
    ),
    (
        "the amount as a reason",
        act("refuse_piece", "julie", "a4", reason="ERREUR_DE_MONTANT"),
        *(Code.AMOUNT_IS_NO_REASON, "reason"),
    ),
    (
        "a reason of validators",
        act("refuse_piece", "julie", "a4", reason="MAUVAIS_VALIDEUR"),
        *(Code.REASON_UNKNOWN, "reason"),
    ),
    (
        "another reason without words",
        act("refuse_piece", "julie", "a4", reason="AUTRE"),
        *(Code.COMMENT_REQUIRED, "comment"),
    ),
    (
        "words too long",
        act("suspend_piece", "julie", "a4", comment="C" * 256),
        *(Code.TEXT_NOT_ALLOWED, "comment"),
    ),
    (
        "a suspension without words",
        act("suspend_piece", "julie", "a4", comment=" "),
        *(Code.COMMENT_REQUIRED, "comment"),
    ),
    (
        "a rejection without words",
        act("reject", "karim", "a19", comment=""),
        *(Code.COMMENT_REQUIRED, "comment"),
    ),
    (
        "a mandate without a number",
        act("mandate", "karim", "a19", mandate_number=""),
        *(Code.MANDATE_NUMBER_REQUIRED, "mandate_number"),
    ),
    (
        "a case officer without a code",
        act("assign_case_officer", "julie", "a4", case_officer=""),
        *(Code.CASE_OFFICER_REQUIRED, "case_officer"),
    ),
    (
        "a piece that continues none",
        act("request_recycling", "julie", "a4", comment="MOA"),
        *(Code.PREVIOUS_REQUIRED, "piece"),
    ),
    (
        "a validation refused for a wrong MOE",
        act("refuse_validation", "alice", "a9", reason="MAUVAISE_MOE"),
        *(Code.REASON_UNKNOWN, "reason"),
    ),
]


@pytest.mark.parametrize(
    ("act", "code", "field"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_fault_has_its_own_error_and_changes_nothing(
    scene: Scene, act: Act, code: Code, field: str
) -> None:
    done = act(scene)
    before = kept(scene.office)
    with pytest.raises(RefusedError) as refused:
        done()

    assert [(each.code, each.field) for each in refused.value.problems] == [(code, field)]
    assert kept(scene.office) == before


def stale(scene: Scene) -> Callable[[], object]:
    ref = PieceRef(scene.a4.id, scene.a4.version + 1)
    said: dict[str, Any] = {"subject": "julie", "request_id": scene.office.request(), "piece": ref}
    return lambda: scene.office.invoicing.suspend_piece(**said, comment="RIB")


def reused(scene: Scene) -> Callable[[], object]:
    draft = scene.office.draft("A4", "F-77")
    return lambda: scene.office.invoicing.save_draft(
        subject="alice", request_id="saved", draft=draft
    )


def nameless(scene: Scene) -> Callable[[], object]:
    draft = scene.office.draft("A4", "F-77")
    return lambda: scene.office.invoicing.save_draft(subject="alice", request_id="", draft=draft)


def nothing_to_send(scene: Scene) -> Callable[[], object]:
    request = scene.office.request()
    return lambda: scene.office.invoicing.deposit(subject="alice", request_id=request)


def draft_of_another(scene: Scene) -> Callable[[], object]:
    ref = PieceRef(scene.draft.id, scene.draft.version)
    draft = scene.office.draft("A4", "F-78", fournisseur=OTHER, deposant=OTHER)
    said: dict[str, Any] = {"subject": "sara", "request_id": scene.office.request()}
    return lambda: scene.office.invoicing.save_draft(**said, draft=draft, replaces=ref)


FAILED: Final[list[tuple[str, Act, type[Exception], str]]] = [
    ("a version that is not the one", stale, StaleVersionError, "has changed"),
    ("a request's name for another request", reused, RequestIdReusedError, "another request"),
    ("a request without a name", nameless, InvalidRequestError, "request_id"),
    ("nothing to send", nothing_to_send, InvalidRequestError, "what"),
    ("a file that is none of the accepted", upload("a.exe", b"MZ"), FileRefusedError, "extension"),
    ("a file without an extension", upload("a", b"a"), FileRefusedError, "extension"),
    ("a file with a long name", upload(f"{'a' * 47}.pdf", b"a"), FileRefusedError, "50"),
    ("a file with a path", upload("../a.pdf", b"a"), FileRefusedError, "path"),
    ("a file that is empty", upload("a.txt", b""), FileRefusedError, "empty"),
    ("a file that is too big", upload("a.txt", bytes(10 * 2**20 + 1)), FileRefusedError, "more"),
    ("a PDF that is none", upload("a.pdf", b"hello"), FileRefusedError, "PDF"),
    (
        "a file that is not what it says",
        upload("a.txt", b"a", "b" * 64),
        FileRefusedError,
        "digest",
    ),
    (
        "a supplier as MOE",
        act("suspend_piece", "alice", "a4", comment="RIB"),
        AccessDenied,
        "NOT_ATTACHED",
    ),
    (
        "a payer before his turn",
        act("mandate", "karim", "a4", mandate_number="M"),
        AccessDenied,
        "non-payable",
    ),
    (
        "a reader who writes",
        act("refuse_piece", "lucas", "a4", reason="AUTRE"),
        AccessDenied,
        "PROFILE",
    ),
    (
        "nobody known",
        act("suspend_piece", "nobody", "a4", comment="RIB"),
        *(AccessDenied, "UNKNOWN_SUBJECT"),
    ),
    ("a draft of somebody else", draft_of_another, AccessDenied, "NOT_ATTACHED"),
    (
        "a validator that is a natural person",
        deposit("A9", valideur=PERSON),
        *(AccessDenied, "emises-interdit-valideur-particulier"),
    ),
    (
        "a second validator that is a natural person",
        deposit("A9", valideur_2=PERSON),
        *(AccessDenied, "emises-interdit-valideur-particulier"),
    ),
    (
        "a signed piece that is not there to be signed",
        deposit("A8"),
        *(RefusedError, "A8"),
    ),
]


@pytest.mark.parametrize(
    ("act", "error", "told"), [row[1:] for row in FAILED], ids=[row[0] for row in FAILED]
)
def test_what_cannot_be_done_says_why_and_changes_nothing(
    scene: Scene, act: Act, error: type[Exception], told: str
) -> None:
    done = act(scene)
    before = kept(scene.office)
    with pytest.raises(error, match=told):
        done()

    assert kept(scene.office) == before


def test_a_document_of_works_is_deposited_unsigned(scene: Scene) -> None:
    signed = scene.office.document("alice", Cadre.A4, SUPPLIER, signed_pdf())
    done = deposit("A4", file=signed)(scene)
    before = kept(scene.office)
    with pytest.raises(RefusedError) as refused:
        done()

    assert [each.code for each in refused.value.problems] == [Code.FILE_SIGNED]
    assert kept(scene.office) == before


def test_who_may_not_draw_up_a_piece_is_not_told_what_is_wrong_with_it(scene: Scene) -> None:
    with pytest.raises(AccessDenied):
        deposit("A4", "F-1", who="sara", amounts=None)(scene)()


def test_a_foreign_billing_file_is_not_told_of(scene: Scene) -> None:
    """What a piece is linked to is told to nobody who may not see it."""
    linked = deposit("A15", who="olga", after="a4", moa=SETE)(scene)
    with pytest.raises(AccessDenied):
        linked()


@pytest.mark.parametrize("name", ["get_piece", "get_history", "get_billing_file"])
def test_what_is_not_there_is_told_as_such(scene: Scene, name: str) -> None:
    read = getattr(scene.office.invoicing, name)
    with pytest.raises(RefusedError) as unknown:
        read(subject="alice", application="factures_travaux", piece="0" * 32)
    with pytest.raises(RefusedError) as elsewhere:
        read(subject="alice", application="annuaire", piece=scene.a4.id)

    assert unknown.value.problems[0].code == Code.PIECE_UNKNOWN
    assert elsewhere.value.problems[0].code == Code.WRONG_APPLICATION


@pytest.mark.parametrize("name", sorted(BAD_PDFS))
def test_what_is_no_pdf_is_not_kept(scene: Scene, name: str) -> None:
    before = kept(scene.office)
    with pytest.raises(FileRefusedError):
        upload("a.pdf", BAD_PDFS[name])(scene)()

    assert kept(scene.office) == before


def test_a_request_offered_again_is_done_once_and_told_alike(scene: Scene) -> None:
    office, request = scene.office, scene.office.request()
    draft = office.draft("A4", "F-55")
    said: dict[str, Any] = {"subject": "alice", "request_id": request, "draft": draft}

    first = office.invoicing.deposit(**said)
    before = kept(office)
    again = office.invoicing.deposit(**said)

    assert (again, kept(office)) == (first, before)
