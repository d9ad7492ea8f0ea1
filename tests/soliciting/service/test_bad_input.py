"""What cannot be taken, through the service: each has its own clear error, and changes nothing."""

from contextlib import suppress
from typing import Any

import grpc
import pytest

from habilis import AccessDenied, Perimeter
from habilis.v1 import soliciting_pb2
from habilis_companion.attachments import FileRef
from habilis_companion.wire import fill
from habilis_soliciting.model.message import Message
from habilis_soliciting.service.servicer import SERVICE
from tests.companion.documents import locked_pdf
from tests.companion.hostile import sent_in_parts, told_of_hostile_texts
from tests.companion.keeping import codes_of, nothing_changes
from tests.conftest import Figure
from tests.invoicing.service.office import MB, NICOLAS, SFACT
from tests.soliciting.service.office import ALICE, SAMIR, Desk

pytestmark = pytest.mark.xdist_group("soliciting")

STATE = Perimeter("11000201100044")
CLOSED = Perimeter("11000201100044", "CGF0000034")
NOWHERE = Perimeter("99999999999999")
LYCEE = Perimeter("19340987700019")
NO_SERVICE = Perimeter("11000201100044", "NULLE-PART")
SUPPORT = {"category": "GESTION_COMPTE", "subcategory": "CONNEXION"}
NO_FILE = FileRef(name="note.txt", sha256="0" * 64, size=4)

DRAFTS: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "no category": ({"category": "", "subcategory": ""}, ("CATEGORY_REQUIRED", "category")),
    "an unknown category": ({"category": "AUTRE"}, ("CATEGORY_UNKNOWN", "category")),
    "no subcategory": ({"subcategory": ""}, ("SUBCATEGORY_REQUIRED", "subcategory")),
    "that of another category": (
        {"subcategory": "CONNEXION"},
        ("SUBCATEGORY_UNKNOWN", "subcategory"),
    ),
    "no receiver": ({"recepteur": None}, ("RECEIVER_REQUIRED", "recepteur")),
    "a receiver in place of the support": (SUPPORT, ("RECEIVER_NOT_EXPECTED", "recepteur")),
    "a structure that nobody knows": ({"recepteur": NOWHERE}, ("STRUCTURE_UNKNOWN", "recepteur")),
    "a private structure": ({"recepteur": MB}, ("RECEIVER_NOT_PUBLIC", "recepteur")),
    "a closed structure": ({"recepteur": LYCEE}, ("STRUCTURE_INACTIVE", "recepteur")),
    "a structure without its service": ({"recepteur": STATE}, ("SERVICE_REQUIRED", "recepteur")),
    "a service that nobody knows": ({"recepteur": NO_SERVICE}, ("SERVICE_UNKNOWN", "recepteur")),
    "a closed service": ({"recepteur": CLOSED}, ("SERVICE_INACTIVE", "recepteur")),
    "no title": ({"title": ""}, ("TITLE_REQUIRED", "title")),
    "a title of 101 characters": ({"title": "t" * 101}, ("TEXT_NOT_ALLOWED", "title")),
    "no description": ({"description": ""}, ("DESCRIPTION_REQUIRED", "description")),
    "a description of 2,001 characters": (
        {"description": "d" * 2_001},
        ("TEXT_NOT_ALLOWED", "description"),
    ),
    "a description of 100 kB": (
        {"description": "d" * 100_000},
        ("FIELD_INVALID", "draft.description"),
    ),
    "a title that reads backwards": ({"title": "\u202eabc"}, ("FIELD_INVALID", "draft.title")),
    "no address": ({"contact_email": ""}, ("EMAIL_REQUIRED", "contact_email")),
    "no address at all": ({"contact_email": "alice"}, ("EMAIL_NOT_VALID", "contact_email")),
    "two addresses": (
        {"contact_email": "a@example.org, b@example.org"},
        ("EMAIL_NOT_VALID", "contact_email"),
    ),
    "no phone": ({"contact_phone": "call me"}, ("PHONE_NOT_VALID", "contact_phone")),
    "a file that nobody sent": ({"attachments": (NO_FILE,)}, ("FILE_UNKNOWN", "attachments")),
    "a number of 51 characters": (
        {"object_number": "N" * 51},
        ("TEXT_NOT_ALLOWED", "object_number"),
    ),
}


@pytest.mark.parametrize(("said", "problem"), DRAFTS.values(), ids=list(DRAFTS))
def test_what_cannot_be_sent(desk: Desk, said: dict[str, Any], problem: tuple[str, str]) -> None:
    draft = desk.draft(**said)

    with nothing_changes(desk.kept):
        told = codes_of(lambda: desk.client.submit_solicitation(draft, subject="alice"))

    assert problem in told
    assert {field for _, field in told} <= {problem[1]}, told


def test_several_faults_are_told_at_once_and_a_draft_may_lack_much(desk: Desk) -> None:
    draft = desk.draft(category="", subcategory="", title="", description="", contact_email="")
    with nothing_changes(desk.kept):
        told = codes_of(lambda: desk.client.submit_solicitation(draft, subject="alice"))
    kept = desk.client.save_solicitation_draft(draft, subject="alice")

    assert {code for code, _ in told} == {
        *("CATEGORY_REQUIRED", "TITLE_REQUIRED", "DESCRIPTION_REQUIRED", "EMAIL_REQUIRED"),
    }
    assert kept.etat == "BROUILLON"


def test_somebody_who_is_not_logged_in_reaches_the_support_alone(desk: Desk) -> None:
    message = Message(
        category="FACTURES_EMISES",
        subcategory="REJET_FACTURE",
        contact_email="a@example.org",
        title="t",
        description="d",
    )
    with nothing_changes(desk.kept):
        told = codes_of(lambda: desk.client.submit_anonymously(message))

    assert told == [("SUPPORT_ONLY", "subcategory")]


def test_what_another_handed_in_is_not_one_s_own(desk: Desk) -> None:
    draft = desk.draft(attachments=(desk.upload("paul"),))

    with nothing_changes(desk.kept):
        told = codes_of(lambda: desk.client.submit_solicitation(draft, subject="alice"))

    assert told == [("FILE_UNKNOWN", "attachments")]


UPLOADS: dict[str, tuple[dict[str, Any], str]] = {
    "a name of 51 characters": ({"name": f"{'n' * 47}.txt"}, "name"),
    "a name without extension": ({"name": "note"}, "name"),
    "a program": ({"name": "note.exe"}, "name"),
    "a path": ({"name": "../../note.txt"}, "name"),
    "a path of another system": ({"name": "c:\\note.txt"}, "name"),
    "no PDF": ({"name": "a.pdf", "content": b"%PDF-1.7 not at all"}, "content"),
    "a locked PDF": ({"name": "a.pdf", "content": locked_pdf()}, "content"),
    "more than 10 MB": ({"content": b"0" * (10 * 1024 * 1024 + 1)}, "content"),
}


@pytest.mark.parametrize(("how", "field"), UPLOADS.values(), ids=list(UPLOADS))
def test_a_file_that_cannot_be_kept(desk: Desk, how: dict[str, Any], field: str) -> None:
    with nothing_changes(desk.kept):
        assert codes_of(lambda: desk.upload(**how)) == [("FILE_REFUSED", field)]


def test_a_file_for_a_sender_or_a_solicitation_that_is_not_one_s_own_is_denied(desk: Desk) -> None:
    received = desk.received()

    with nothing_changes(desk.kept):
        with pytest.raises(AccessDenied):
            desk.upload(emetteur=MB)
        with pytest.raises(AccessDenied):
            desk.upload("karim", solicitation=received.id)
        both = codes_of(lambda: desk.upload(solicitation=received.id, emetteur=NICOLAS))
        neither = codes_of(lambda: desk.upload(emetteur=None))
    assert both == neither == [("FIELD_INVALID", "header.emetteur")]


def header(**said: Any) -> soliciting_pb2.UploadAttachmentRequest:
    request = soliciting_pb2.UploadAttachmentRequest()
    usual = {"subject": "alice", "request_id": "an-upload", "emetteur": NICOLAS}
    fill(request, {"header": {**usual, "name": "note.txt", "sha256": "0" * 64, **said}})
    return request


_CHUNK = soliciting_pb2.UploadAttachmentRequest(chunk=b"half of it")
PARTS = {
    "nothing": [],
    "an empty part": [soliciting_pb2.UploadAttachmentRequest()],
    "no header": [_CHUNK],
    "two headers": [header(), header()],
    "another digest": [header(), _CHUNK],
    "no digest": [header(sha256="no digest"), _CHUNK],
}


@pytest.mark.parametrize("parts", PARTS.values(), ids=list(PARTS))
def test_an_upload_that_is_not_what_its_header_says_is_not_kept(
    desk: Desk, parts: list[soliciting_pb2.UploadAttachmentRequest]
) -> None:
    with nothing_changes(desk.kept):
        code, told = sent_in_parts(SERVICE, "UploadAttachment", desk.address, parts)

    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert told.problems


def test_every_text_of_every_request_is_held_to_its_alphabet(desk: Desk, figure: Figure) -> None:
    """Each text of each method in turn: too long, invisible, and of another shape than its own."""
    with nothing_changes(desk.kept):
        told = list(told_of_hostile_texts(SERVICE, desk.address))

    taken = {grpc.StatusCode.OK, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}
    assert [where for where, code in told if code in taken] == []
    figure(f"{len(told)} hostile texts, each refused, nothing changed")


def answered(call: Any, content: bytes) -> grpc.StatusCode:
    """The status of a call of these bytes, whatever is answered."""
    responses = call(iter([content]))
    with suppress(grpc.RpcError):
        list(responses)
    code: grpc.StatusCode = responses.code()
    return code


def test_bytes_that_are_no_request_and_fields_that_nobody_knows_are_refused(
    desk: Desk, figure: Figure
) -> None:
    known = soliciting_pb2.GetSolicitationRequest()
    fill(known, {**ALICE, "solicitation": desk.sent().id})
    # A field 15 of text, which the contract does not have.
    beyond = known.SerializeToString() + b"\x7a\x01x"
    codes: dict[str, grpc.StatusCode] = {}
    with nothing_changes(desk.kept), grpc.insecure_channel(desk.address) as channel:
        for method in SERVICE.methods:
            call: Any = channel.stream_stream(f"/{SERVICE.full_name}/{method.name}")
            codes[f"{method.name}, cut short"] = answered(call, b"\x0a\xff")
        for name in ("SubmitAnonymously", "SubmitSolicitation", "UploadAttachment"):
            call = channel.stream_stream(f"/{SERVICE.full_name}/{name}")
            codes[f"{name}, huge"] = answered(call, b"\x0a" * 5_000_000)
        read: Any = channel.stream_stream(f"/{SERVICE.full_name}/GetSolicitation")
        whole, unknown = answered(read, known.SerializeToString()), answered(read, beyond)

    taken = {grpc.StatusCode.OK, grpc.StatusCode.UNKNOWN}
    assert [where for where, code in codes.items() if code in taken] == []
    assert (whole, unknown) == (grpc.StatusCode.OK, grpc.StatusCode.INVALID_ARGUMENT)
    figure(f"{len(codes)} requests that are none, each refused, nothing changed")


ACTS: dict[str, tuple[str, dict[str, Any], tuple[str, str]]] = {
    "a status of the system's own": ("A_TRAITER", {}, ("STATUS_UNKNOWN", "status")),
    "an unknown status": ("PERDUE", {}, ("STATUS_UNKNOWN", "status")),
    "a question without words": ("DEMANDE_INFORMATION", {}, ("COMMENT_REQUIRED", "comment")),
    "a misrouting without words": ("MAUVAISE_AFFECTATION", {}, ("COMMENT_REQUIRED", "comment")),
    "an answer without words": ("RESOLUE", {}, ("ANSWER_REQUIRED", "comment")),
    "an answer of 2,001 characters": (
        "RESOLUE",
        {"comment": "a" * 2_001},
        ("TEXT_NOT_ALLOWED", "comment"),
    ),
    "a file that nobody sent": (
        "RESOLUE",
        {"comment": "a", "attachments": (NO_FILE,)},
        ("FILE_UNKNOWN", "attachments"),
    ),
}


@pytest.mark.parametrize(("status", "said", "problem"), ACTS.values(), ids=list(ACTS))
def test_an_answer_that_cannot_be_taken(
    desk: Desk, status: str, said: dict[str, Any], problem: tuple[str, str]
) -> None:
    received = desk.received()
    with nothing_changes(desk.kept):
        told = codes_of(
            lambda: desk.client.process_solicitation(received, status=status, subject="lea", **said)
        )

    assert told == [problem]


def test_a_solicitation_is_re_routed_to_services_of_public_structures_alone(desk: Desk) -> None:
    def codes(place: Perimeter) -> list[tuple[str, str]]:
        return codes_of(
            lambda: desk.client.reroute_solicitation(held, recepteur=place, subject="samir")
        )

    held = desk.received(SAMIR, desk.for_support())
    with nothing_changes(desk.kept):
        told = {place: codes(place) for place in (MB, NICOLAS, STATE, CLOSED, LYCEE, NOWHERE)}

    assert {place: code for place, [(code, _)] in told.items()} == {
        MB: "RECEIVER_NOT_PUBLIC",
        NICOLAS: "RECEIVER_NOT_PUBLIC",
        STATE: "SERVICE_REQUIRED",
        CLOSED: "SERVICE_INACTIVE",
        LYCEE: "STRUCTURE_INACTIVE",
        NOWHERE: "STRUCTURE_UNKNOWN",
    }
    moved = desk.client.reroute_solicitation(held, recepteur=SFACT, subject="samir")
    with pytest.raises(AccessDenied):
        desk.seen(moved, SAMIR)
