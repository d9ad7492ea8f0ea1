"""What cannot be done through the flows, or is not theirs to know, says why and changes nothing."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest

from habilis import AccessDenied
from habilis_companion.errors import (
    FileRefusedError,
    InvalidRequestError,
    RequestIdReusedError,
    StaleVersionError,
)
from habilis_companion.refusals import RefusedError
from habilis_companion.terms import Reference
from habilis_invoicing.model.cadres import Cadre
from habilis_invoicing.model.refusals import Code
from tests.companion.documents import BAD_PDFS, signed_pdf
from tests.companion.keeping import codes_of, nothing_changes
from tests.invoicing.mistakes import (
    OTHER,
    PERSON,
    SETE,
    Act,
    Scene,
    act,
    deposit,
    upload,
)
from tests.invoicing.pieces import SUPPLIER


def stale(scene: Scene) -> Callable[[], object]:
    ref = Reference(scene.a4.id, scene.a4.version + 1)
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
    ref = Reference(scene.draft.id, scene.draft.version)
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
    with nothing_changes(scene.office.kept), pytest.raises(error, match=told):
        done()


def test_a_document_of_works_is_deposited_unsigned(scene: Scene) -> None:
    signed = scene.office.document("alice", Cadre.A4, SUPPLIER, signed_pdf())
    done = deposit("A4", file=signed)(scene)
    with nothing_changes(scene.office.kept):
        assert codes_of(done) == [(Code.FILE_SIGNED, "file")]


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
    unknown = partial(read, subject="alice", application="factures_travaux", piece="0" * 32)
    elsewhere = partial(read, subject="alice", application="annuaire", piece=scene.a4.id)

    assert codes_of(unknown) == [(Code.PIECE_UNKNOWN, "piece")]
    assert codes_of(elsewhere) == [(Code.WRONG_APPLICATION, "application")]


@pytest.mark.parametrize("name", sorted(BAD_PDFS))
def test_what_is_no_pdf_is_not_kept(scene: Scene, name: str) -> None:
    with nothing_changes(scene.office.kept), pytest.raises(FileRefusedError):
        upload("a.pdf", BAD_PDFS[name])(scene)()


def test_a_request_offered_again_is_done_once_and_told_alike(scene: Scene) -> None:
    office, request = scene.office, scene.office.request()
    draft = office.draft("A4", "F-55")
    said: dict[str, Any] = {"subject": "alice", "request_id": request, "draft": draft}

    first = office.invoicing.deposit(**said)
    with nothing_changes(office.kept):
        assert office.invoicing.deposit(**said) == first
