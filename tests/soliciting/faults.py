"""What may be wrong with what is asked of the solicitations companion: each fault, and its error.

A row reads: what is wrong, how it is done, the code of the refusal, the field.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

import grpc

from habilis import Perimeter
from habilis_soliciting.model.asked import Criteria
from habilis_soliciting.model.refusals import Code
from tests.soliciting.mistakes import (
    UNKNOWN_FILE,
    Act,
    act,
    anonymous,
    look,
    save,
    send,
    submit,
)
from tests.soliciting.office import CLOSED, OTHER_SUPPLIER, RECUES, STATE, SUPPLIER

__all__ = ["DONE", "OPEN", "STATUS", "TOO_LONG", "WRITTEN", "Row"]

Row = tuple[str, Act, Code, str]

NOWHERE: Final = Perimeter("99999999999999")
NO_SUCH_SERVICE: Final = Perimeter(STATE.structure, "RIEN")
LOT04: Final = Perimeter(SUPPLIER.structure, "LOT04")
LYCEE: Final = Perimeter("19340987700019")
ACADEMIE: Final = Perimeter("17340430200015")
TOO_LONG: Final = "c" * 2_001
NOTHING: Final = "0" * 32

STATUS: Final[Mapping[Code, grpc.StatusCode]] = {
    **dict.fromkeys(
        (
            *(Code.SOLICITATION_UNKNOWN, Code.CATEGORY_UNKNOWN, Code.SUBCATEGORY_UNKNOWN),
            *(Code.STRUCTURE_UNKNOWN, Code.SERVICE_UNKNOWN, Code.OBJECT_UNKNOWN),
            Code.FILE_UNKNOWN,
        ),
        grpc.StatusCode.NOT_FOUND,
    ),
    **dict.fromkeys(
        (
            *(Code.STRUCTURE_INACTIVE, Code.SERVICE_INACTIVE, Code.OBJECT_UNAVAILABLE),
            *(Code.ASSIGNEE_NOT_ENTITLED, Code.ALREADY_ASSIGNED, Code.SENDER_NOT_LOGGED_IN),
        ),
        grpc.StatusCode.FAILED_PRECONDITION,
    ),
}
"""The status of a call by its code; INVALID_ARGUMENT where the code is none of these."""


def _each(what: str, acts: Iterable[Act], code: Code, field: str) -> Iterator[Row]:
    """The same fault, done in several ways."""
    return ((f"{what} ({number})", act, code, field) for number, act in enumerate(acts, 1))


# What a sender writes: told by `submit`, and where a draft needs it too, by `save`.
WRITTEN: Final[list[Row]] = [
    ("no category", submit(category="", subcategory=""), Code.CATEGORY_REQUIRED, "category"),
    ("no category of a subcategory", save(category=""), Code.CATEGORY_REQUIRED, "category"),
    (
        *("an unknown category", save(category="PERDUE", subcategory="")),
        *(Code.CATEGORY_UNKNOWN, "category"),
    ),
    ("no subcategory", submit(subcategory=""), Code.SUBCATEGORY_REQUIRED, "subcategory"),
    ("a subcategory of another", save(subcategory="EDI"), Code.SUBCATEGORY_UNKNOWN, "subcategory"),
    ("one retired", submit(subcategory="STATUT_FACTURE"), Code.CATEGORY_RETIRED, "subcategory"),
    ("no title", submit(title=""), Code.TITLE_REQUIRED, "title"),
    ("a blank title", submit(title=" "), Code.TEXT_NOT_ALLOWED, "title"),
    ("a title too long", save(title="t" * 101), Code.TEXT_NOT_ALLOWED, "title"),
    ("a title of two lines", save(title="a\nb"), Code.TEXT_NOT_ALLOWED, "title"),
    ("no description", submit(description=""), Code.DESCRIPTION_REQUIRED, "description"),
    *_each(
        "a description that nobody can read",
        [save(description=text) for text in (TOO_LONG, "a\u200bb", "a\x07b", " a")],
        *(Code.TEXT_NOT_ALLOWED, "description"),
    ),
    ("no address", submit(contact_email=""), Code.EMAIL_REQUIRED, "contact_email"),
    *_each(
        "an address that is none",
        [
            save(contact_email=email)
            for email in ("alice", "alice@example", "a@b.fr, c@d.fr", f"{'a' * 250}@b.fr", " ")
        ],
        *(Code.EMAIL_NOT_VALID, "contact_email"),
    ),
    *_each(
        "a telephone that is none",
        [
            save(contact_phone=phone)
            for phone in ("01", "0467a", "+" * 9, "0" * 25, "\uff10467000000")
        ],
        *(Code.PHONE_NOT_VALID, "contact_phone"),
    ),
    ("no receiver", submit(recepteur=None), Code.RECEIVER_REQUIRED, "recepteur"),
    (
        *("a receiver beside the support", submit(subcategory="ERREUR_TECHNIQUE_DEPOT")),
        *(Code.RECEIVER_NOT_EXPECTED, "recepteur"),
    ),
    ("a private receiver", submit(recepteur=LOT04), Code.RECEIVER_NOT_PUBLIC, "recepteur"),
    ("an unknown receiver", save(recepteur=NOWHERE), Code.STRUCTURE_UNKNOWN, "recepteur"),
    ("an inactive receiver", submit(recepteur=LYCEE), Code.STRUCTURE_INACTIVE, "recepteur"),
    ("no service of several", submit(recepteur=STATE), Code.SERVICE_REQUIRED, "recepteur"),
    ("an unknown service", save(recepteur=NO_SUCH_SERVICE), Code.SERVICE_UNKNOWN, "recepteur"),
    ("an inactive service", submit(recepteur=CLOSED), Code.SERVICE_INACTIVE, "recepteur"),
    ("an unknown number", submit(object_number="F-9"), Code.OBJECT_UNKNOWN, "object_number"),
    ("an unknown id", submit(object_id=NOTHING), Code.OBJECT_UNKNOWN, "object_id"),
    (
        *("the number of another id", submit(object_id="f" * 32, object_number="F-2")),
        *(Code.OBJECT_UNKNOWN, "object_id"),
    ),
    ("a number of two", submit(object_number="F-2"), Code.OBJECT_AMBIGUOUS, "object_id"),
    (
        *("a number where none is kept", submit(here=False, object_number="F-1")),
        *(Code.OBJECT_UNAVAILABLE, "object_number"),
    ),
    (
        "a number where it is about none",
        save(category="RACCORDEMENT", subcategory="API", recepteur=None, object_number="F-1"),
        *(Code.OBJECT_NOT_EXPECTED, "object_number"),
    ),
    ("a number too long", save(object_number="F" * 51), Code.TEXT_NOT_ALLOWED, "object_number"),
    ("a file of nobody", save(attachments=(UNKNOWN_FILE,)), Code.FILE_UNKNOWN, "attachments"),
    ("a file of another", save(attachments=("lea_s",)), Code.FILE_UNKNOWN, "attachments"),
    (
        *("two files of one name", save(attachments=("file", "twin"))),
        *(Code.FILE_NAME_REPEATED, "attachments"),
    ),
    ("too many files", save(attachments=("big",)), Code.DEPOSIT_TOO_BIG, "attachments"),
    (
        *("another sender", save("victor", "draft", emetteur=OTHER_SUPPLIER)),
        *(Code.SENDER_CHANGED, "emetteur"),
    ),
]

_process: Final = partial(act, "process_solicitation")
_complete: Final = partial(act, "complete_solicitation", "alice", "asked")
_send_back: Final = partial(act, "send_back_solicitation", "alice", "answered")
_take_charge: Final = partial(_process, "lea", "arrived", status="EN_COURS")
_question: Final = partial(_process, "lea", "arrived", status="DEMANDE_INFORMATION")
_answer: Final = partial(_process, "lea", "arrived", status="RESOLUE")
_misrouted: Final = partial(_process, "lea", "arrived", status="MAUVAISE_AFFECTATION")
_assign: Final = partial(act, "assign_solicitation", "lea")
_reroute: Final = partial(act, "reroute_solicitation", "samir")

# What is done with what was written.
DONE: Final[list[Row]] = [
    ("a complement of nothing", _complete(), Code.NOTHING_ADDED, ""),
    *_each(
        "words too long, or blank",
        [
            *(_complete(comment=TOO_LONG), _complete(comment=" "), _send_back(comment=TOO_LONG)),
            *(_take_charge(comment=TOO_LONG), _question(comment=TOO_LONG)),
            *(_answer(comment=TOO_LONG), _misrouted(comment=TOO_LONG)),
            _reroute("support", recepteur=ACADEMIE, comment=TOO_LONG),
        ],
        *(Code.TEXT_NOT_ALLOWED, "comment"),
    ),
    *_each(
        "no words where they are due",
        [_send_back(), _send_back(comment=" "), _question(), _misrouted()],
        *(Code.COMMENT_REQUIRED, "comment"),
    ),
    *_each(
        "a file of another",
        [
            *(_complete(attachments=("lea_s",)), _take_charge(attachments=("file",))),
            *(
                _question(comment="?", attachments=("file",)),
                _answer(comment="!", attachments=("file",)),
            ),
        ],
        *(Code.FILE_UNKNOWN, "attachments"),
    ),
    *_each(
        "too many files",
        [
            *(_complete(attachments=("big",)), _take_charge(attachments=("big",))),
            *(
                _question(comment="?", attachments=("big",)),
                _answer(comment="!", attachments=("big",)),
            ),
        ],
        *(Code.DEPOSIT_TOO_BIG, "attachments"),
    ),
    (
        *("two files of one name", _send_back(comment="c", attachments=("file", "twin"))),
        *(Code.FILE_NAME_REPEATED, "attachments"),
    ),
    ("no status", _process("lea", "arrived"), Code.STATUS_REQUIRED, "status"),
    *_each(
        "a status that is none",
        [
            _process("lea", "arrived", status=status)
            for status in ("PERDUE", "A_TRAITER", "CLOTUREE", "en_cours")
        ],
        *(Code.STATUS_UNKNOWN, "status"),
    ),
    *_each(
        "no answer in words",
        [_answer(), _answer(comment=" "), _answer(attachments=("lea_s",))],
        *(Code.ANSWER_REQUIRED, "comment"),
    ),
    (
        *("a file for the support", _misrouted(comment="?", attachments=("lea_s",))),
        *(Code.ATTACHMENT_NOT_EXPECTED, "attachments"),
    ),
    *_each(
        "somebody who may not handle it",
        [
            _assign("arrived", assignee=who)
            # Of another service or structure, without the profile, inactive, pending, unknown.
            for who in ("karim", "alice", "samir", "gaelle", "pierre", "emma", "nobody")
        ],
        *(Code.ASSIGNEE_NOT_ENTITLED, "assignee"),
    ),
    (
        *("somebody who handles it", _assign("assigned", assignee="hugo")),
        *(Code.ALREADY_ASSIGNED, "assignee"),
    ),
    *(
        (f"re-routed: {code}", _reroute("support", recepteur=place), code, "recepteur")
        for place, code in (
            (NOWHERE, Code.STRUCTURE_UNKNOWN),
            (LYCEE, Code.STRUCTURE_INACTIVE),
            (STATE, Code.SERVICE_REQUIRED),
            (NO_SUCH_SERVICE, Code.SERVICE_UNKNOWN),
            (CLOSED, Code.SERVICE_INACTIVE),
        )
    ),
    *_each(
        "nobody logged in who could answer",
        [
            _reroute("anonymous", recepteur=ACADEMIE),
            _process("samir", "anonymous", status="DEMANDE_INFORMATION", comment="?"),
        ],
        *(Code.SENDER_NOT_LOGGED_IN, ""),
    ),
    (
        "a file for somebody not logged in",
        _process("samir", "anonymous", status="RESOLUE", comment="!", attachments=("samir_s",)),
        *(Code.ATTACHMENT_NOT_EXPECTED, "attachments"),
    ),
    (
        *("a file that it has not", look("download_attachment", on="arrived", sha256="a" * 64)),
        *(Code.FILE_UNKNOWN, "sha256"),
    ),
]

_search: Final = partial(look, "search_solicitations")
_LOOKS: Final[Mapping[str, dict[str, Any]]] = {
    "get_solicitation": {"solicitation": NOTHING},
    "get_solicitation_history": {"solicitation": NOTHING},
    "download_attachment": {"solicitation": NOTHING, "sha256": "a" * 64},
    "list_solicitations_to_process": {},
    "search_solicitations": {"criteria": Criteria()},
    "get_solicitation_dashboard": {"criteria": Criteria()},
    "get_solicitation_statistics": {"criteria": Criteria()},
    "export_solicitations": {"criteria": Criteria()},
}
_ACTS: Final[Mapping[str, dict[str, Any]]] = {
    "complete_solicitation": {"comment": "c"},
    "send_back_solicitation": {"comment": "c"},
    "close_solicitation": {},
    "assign_solicitation": {"assignee": "lea"},
    "process_solicitation": {"status": "EN_COURS"},
    "reroute_solicitation": {"recepteur": ACADEMIE},
}

# What anybody is told, whatever his rights.
OPEN: Final[list[Row]] = [
    *_each(
        "an act on nothing",
        [act(method, "alice", "", **said) for method, said in _ACTS.items()],
        *(Code.SOLICITATION_UNKNOWN, "solicitation"),
    ),
    (
        *("a draft that nobody logged in wrote", send("alice", "anonymous")),
        *(Code.SOLICITATION_UNKNOWN, "solicitation"),
    ),
    *_each(
        "another application",
        [look(method, application="factures_emises", **said) for method, said in _LOOKS.items()],
        *(Code.WRONG_APPLICATION, "application"),
    ),
    (
        *("a sender's search by who handles it", _search(criteria=Criteria(assignee="lea"))),
        *(Code.CRITERION_NOT_EXPECTED, "criteria.assignee"),
    ),
    *_each(
        "a state of the other side",
        [
            _search(criteria=Criteria(etats=("RESOLUE", "EN_COURS"))),
            _search("lea", application=RECUES, criteria=Criteria(etats=("AFFECTEE",))),
        ],
        *(Code.STATE_UNKNOWN, "criteria.etats"),
    ),
    (
        *("a service", anonymous(category="FACTURES_EMISES", subcategory="REJET_FACTURE")),
        *(Code.SUPPORT_ONLY, "subcategory"),
    ),
    ("nobody's subcategory", anonymous(subcategory=""), Code.SUBCATEGORY_REQUIRED, "subcategory"),
    ("nobody's address", anonymous(contact_email=""), Code.EMAIL_REQUIRED, "contact_email"),
    ("nobody's title", anonymous(title=""), Code.TITLE_REQUIRED, "title"),
    ("nobody's text", anonymous(description=""), Code.DESCRIPTION_REQUIRED, "description"),
    ("no such address", anonymous(contact_email="jean"), Code.EMAIL_NOT_VALID, "contact_email"),
]
