"""What has to hold of what is written, beside the right to write it (R84–R95, §3.7, §5.1)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from habilis import Perimeter
from habilis.texts import flaw_of_email
from habilis_companion.attachments import problems_of_files
from habilis_companion.prose import problems_of_comment, problems_of_text
from habilis_companion.refusals import Problem
from habilis_soliciting.model.categories import Categories, Routing
from habilis_soliciting.model.etats import Etat
from habilis_soliciting.model.message import Message
from habilis_soliciting.model.refusals import Code, problem, refuse

__all__ = [
    "LONGEST_DESCRIPTION",
    "LONGEST_TITLE",
    "STATUSES",
    "WITH_OBJECTS",
    "ReceiverFacts",
    "problems_of_message",
    "problems_of_receiver",
    "problems_to_save",
    "problems_to_submit",
    "status_of",
]

LONGEST_TITLE: Final = 100
"""Characters of what it is about in short."""

LONGEST_DESCRIPTION: Final = 2_000
"""Characters of a description, of a complement, of an answer."""

_LONGEST_REFERENCE: Final = 50  # of a number, as for invoices (§3.13)
_PHONE: Final = re.compile(r"\+?[0-9](?:[0-9 .-]{4,22})[0-9]", re.ASCII)

STATUSES: Final = (
    Etat.EN_COURS,
    Etat.DEMANDE_INFORMATION,
    Etat.RESOLUE,
    Etat.MAUVAISE_AFFECTATION,
)
"""What the receiver chooses from when he processes a solicitation (R88–R92)."""

WITH_OBJECTS: Final = frozenset(
    {
        *("factures_emises", "factures_recues", "factures_travaux"),
        *("frais_justice", "remboursements_taxes"),
    }
)
"""What is linked to a solicitation is consulted through one of these applications."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverFacts:
    """What could be read of a structure that is written to; `services` by code, active or not."""

    public: bool
    active: bool
    services: Mapping[str, bool]


def status_of(status: str) -> Etat:
    """The status that was chosen. Raises RefusedError, in the portal's own words where none was."""
    if not status:
        raise refuse(Code.STATUS_REQUIRED, "status", "champ statut obligatoirement renseigné")
    if status not in STATUSES:
        raise refuse(Code.STATUS_UNKNOWN, "status", f"must be one of {', '.join(STATUSES)}")
    return Etat(status)


def problems_to_save(message: Message, categories: Categories) -> Iterator[Problem]:
    """What keeps a draft from being kept; what it does not say yet is no problem."""
    yield from _problems_of_category(message, categories)
    yield from problems_of_text("title", message.title, LONGEST_TITLE)
    yield from problems_of_text("description", message.description, LONGEST_DESCRIPTION, lines=True)
    yield from problems_of_text("object_number", message.object_number, _LONGEST_REFERENCE)
    if message.contact_email and (wrong := flaw_of_email(message.contact_email)):
        yield problem(Code.EMAIL_NOT_VALID, "contact_email", wrong)
    if message.contact_phone and not _PHONE.fullmatch(message.contact_phone):
        yield problem(Code.PHONE_NOT_VALID, "contact_phone", "must read like +33 1 23 45 67 89")
    yield from problems_of_files(message.attachments)
    if (message.object_number or message.object_id) and message.category:
        yield from _problems_of_object(message, categories)


def problems_to_submit(message: Message, categories: Categories) -> Iterator[Problem]:
    """What it lacks to be sent, all at once; its receiver has its own check."""
    yield from problems_to_save(message, categories)
    if not (message.category or message.subcategory):
        yield problem(Code.CATEGORY_REQUIRED, "category", "choose what it is about")
    elif not message.subcategory:
        yield problem(Code.SUBCATEGORY_REQUIRED, "subcategory", "choose what exactly it is about")
    for field, text, missing in (
        ("title", message.title, Code.TITLE_REQUIRED),
        ("description", message.description, Code.DESCRIPTION_REQUIRED),
        ("contact_email", message.contact_email, Code.EMAIL_REQUIRED),
    ):
        if not text:
            yield problem(missing, field, "is missing; give it")
    yield from _problems_of_routing(message, categories)


def problems_of_receiver(recepteur: Perimeter, facts: ReceiverFacts | None) -> Iterator[Problem]:
    """What keeps a solicitation from going there; `facts` None: there is no such structure."""
    if facts is None:
        told = f"there is no structure `{recepteur.structure}`"
        yield problem(Code.STRUCTURE_UNKNOWN, "recepteur", told)
        return
    if not facts.public:
        told = f"`{recepteur.structure}` is no public structure; write to the support"
        yield problem(Code.RECEIVER_NOT_PUBLIC, "recepteur", told)
    if not facts.active:
        told = f"`{recepteur.structure}` is inactive; write to the support"
        yield problem(Code.STRUCTURE_INACTIVE, "recepteur", told)
    if recepteur.service is None:
        if any(facts.services.values()):
            told = f"`{recepteur.structure}` has services; name the one that is written to"
            yield problem(Code.SERVICE_REQUIRED, "recepteur", told)
    elif recepteur.service not in facts.services:
        yield problem(Code.SERVICE_UNKNOWN, "recepteur", f"there is no service `{recepteur}`")
    elif not facts.services[recepteur.service]:
        yield problem(Code.SERVICE_INACTIVE, "recepteur", f"the service `{recepteur}` is inactive")


def problems_of_message(comment: str, *, required: bool) -> Iterator[Problem]:
    """What keeps a complement, a question or an answer from being said."""
    yield from problems_of_comment(comment, required=required, longest=LONGEST_DESCRIPTION)


def _problems_of_category(message: Message, categories: Categories) -> Iterator[Problem]:
    if message.category and categories.category(message.category) is None:
        told = f"there is no category `{message.category}`"
        yield problem(Code.CATEGORY_UNKNOWN, "category", told)
    elif message.subcategory:
        if not message.category:
            yield problem(Code.CATEGORY_REQUIRED, "category", "choose what it is about")
            return
        chosen = categories.subcategory(message.category, message.subcategory)
        if chosen is None:
            told = f"`{message.category}` has no subcategory `{message.subcategory}`"
            yield problem(Code.SUBCATEGORY_UNKNOWN, "subcategory", told)
        elif not chosen.active:
            told = f"`{message.subcategory}` is no longer chosen; choose another"
            yield problem(Code.CATEGORY_RETIRED, "subcategory", told)


def _problems_of_routing(message: Message, categories: Categories) -> Iterator[Problem]:
    """Category and subcategory decide together who is written to (R85)."""
    chosen = categories.subcategory(message.category, message.subcategory)
    if chosen is None:
        return
    if chosen.routing is Routing.SERVICE_METIER and message.recepteur is None:
        told = "name the public structure, and its service, that is written to"
        yield problem(Code.RECEIVER_REQUIRED, "recepteur", told)
    if chosen.routing is Routing.SUPPORT and message.recepteur is not None:
        told = f"`{message.subcategory}` goes to the support; leave the receiver out"
        yield problem(Code.RECEIVER_NOT_EXPECTED, "recepteur", told)


def _problems_of_object(message: Message, categories: Categories) -> Iterator[Problem]:
    found = categories.category(message.category)
    if found is not None and found.application not in WITH_OBJECTS:
        field = "object_number" if message.object_number else "object_id"
        told = f"`{message.category}` is about no invoice and no works piece; leave it out"
        yield problem(Code.OBJECT_NOT_EXPECTED, field, told)
