"""The lists of the organisation as tables for people; a file has every column, a terminal some."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from habilis.organisation import (
    ApprovalRecord,
    AttachmentRecord,
    HistoryEntry,
    ServiceRecord,
    StructureRecord,
)
from habilis_companion.tables import Cell, Column, Kind
from habilis_server.cli.org.labels import (
    active,
    changes,
    label,
    named,
    person,
    place,
    short_profiles,
    wanted,
    yes_no,
)

__all__ = ["LISTS", "Listed"]

_PROFILES: Final = "Habilitations"

_Row = tuple[Cell, ...]


class Listed(NamedTuple):
    """A list: its title, its headings, those that a terminal has room for, a record's lines."""

    title: str
    columns: tuple[Column, ...]
    brief: tuple[str, ...]
    lines: Callable[[Any], list[_Row]]


def _columns(*headings: str | Column) -> tuple[Column, ...]:
    return tuple(each if isinstance(each, Column) else Column(each) for each in headings)


def _moment(heading: str) -> Column:
    return Column(f"{heading} (UTC)", Kind.DATETIME)


def _structure(record: StructureRecord) -> list[_Row]:
    details = record.details
    address = None if details is None else details.address
    return [
        (
            record.id,
            record.identifier_type,
            record.name,
            "" if details is None else details.label,
            label(record.type),
            "active" if record.active else "inactive",
            label(record.moa),
            "" if address is None else address.postal_code,
            "" if address is None else address.city,
            person(record.principal_manager),
        )
    ]


def _service(record: ServiceRecord) -> list[_Row]:
    structure, code = place(record.perimeter)
    return [
        (
            structure,
            code,
            record.name,
            active(record.active),
            record.description,
            yes_no(record.commitment_required),
        )
    ]


def _attachment(record: AttachmentRecord) -> list[_Row]:
    structure, service = place(record.perimeter)
    return [
        (
            record.account,
            record.email,
            label(record.state),
            structure,
            record.structure_name,
            service,
            _service_state(record),
            _role(record),
            short_profiles(record.profiles),
            record.since,
        )
    ]


def _entitlements(record: AttachmentRecord) -> list[_Row]:
    """A line for each profile (R49); one that says so where there is none."""
    structure, service = place(record.perimeter)
    where = (record.email or record.account, named(structure, record.structure_name), service)
    return [
        (record.account, *where, _service_state(record), profile, _origin(record, profile))
        for profile in record.profiles or ("aucune",)
    ]


def _service_state(record: AttachmentRecord) -> str:
    return active(record.service_active) if record.perimeter.service else ""


def _role(record: AttachmentRecord) -> str:
    if record.principal_manager:
        return "gestionnaire principal"
    return "ancien gestionnaire secondaire" if record.legacy_secondary_manager else "utilisateur"


def _origin(record: AttachmentRecord, profile: str) -> str:
    return "de droit" if profile in record.ex_officio else ""


def _approval(record: ApprovalRecord) -> list[_Row]:
    structure, service = place(record.perimeter)
    return [
        (
            record.id,
            label(record.object),
            label(record.state),
            person(record.requester),
            named(structure, record.structure_name) or wanted(record.wanted),
            service,
            changes(record.add, record.remove),
            record.requested_at,
            record.comment,
            person(record.decided_by),
            record.decided_at,
            record.reason,
        )
    ]


def _entry(record: HistoryEntry) -> list[_Row]:
    structure, service = place(record.perimeter)
    fields = [f"{name} = {value}" for name, value in record.fields.items()]
    return [
        (
            record.revision,
            record.recorded_at,
            record.effective_at,
            label(record.event),
            structure,
            service,
            person(record.account),
            changes(record.added, record.removed),
            ", ".join(fields),
            person(record.actor),
            record.command,
            record.request_id,
            record.approval,
            person(record.requester),
            person(record.decided_by),
        )
    ]


_APPROVALS: Final = _columns(
    *("Demande", "Objet", "État", "Demandeur", "Structure", "Service", _PROFILES),
    _moment("Demandé le"),
    *("Commentaire", "Approbateur"),
    _moment("Décidé le"),
    "Motif",
)

LISTS: Final = {
    "search": Listed(
        "Structures",
        _columns(
            *("Identifiant", "Type d’identifiant", "Structure", "Libellé", "Type", "État"),
            *("Travaux", "Code postal", "Ville", "Gestionnaire principal"),
        ),
        ("Identifiant", "Structure", "Type", "État", "Ville"),
        _structure,
    ),
    "services": Listed(
        "Services",
        _columns("Structure", "Service", "Nom", "État", "Description", "Engagement obligatoire"),
        ("Service", "Nom", "État", "Description"),
        _service,
    ),
    "attachments": Listed(
        "Utilisateurs",
        _columns(
            *("Compte", "Utilisateur", "État", "Structure", "Nom", "Service", "État du service"),
            *("Rôle", _PROFILES),
            _moment("Depuis"),
        ),
        ("Compte", "Utilisateur", "État", "Service", "Rôle", _PROFILES),
        _attachment,
    ),
    "entitlements": Listed(
        "Habilitations",
        _columns(
            *("Compte", "Utilisateur", "Structure", "Service", "État du service"),
            *("Habilitation", "Origine"),
        ),
        ("Habilitation", "Structure", "Service", "État du service"),
        _entitlements,
    ),
    "approvals": Listed(
        "Approbations",
        _APPROVALS,
        ("Demande", "État", "Objet", "Demandeur", "Structure", "Commentaire"),
        _approval,
    ),
    "my-requests": Listed(
        "Mes demandes",
        _APPROVALS,
        ("Demande", "État", "Objet", "Structure", _PROFILES, "Motif"),
        _approval,
    ),
    "history": Listed(
        "Historique",
        _columns(
            Column("Révision", Kind.NUMBER),
            _moment("Enregistré le"),
            _moment("Effet le"),
            *("Événement", "Structure", "Service", "Utilisateur", _PROFILES, "Champs", "Par"),
            *("Commande", "Demande", "Approbation", "Demandeur", "Approbateur"),
        ),
        ("Enregistré le (UTC)", "Événement", "Service", "Utilisateur", _PROFILES, "Par"),
        _entry,
    ),
}
"""The list of each read."""
