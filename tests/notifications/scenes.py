"""Every notice that the rules write, written by the rules: one scene each, on the small town."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from habilis import Perimeter
from habilis.organisation import StructureType, WantedStructure
from habilis_companion.mail import Mail
from habilis_companion.outbox import Notice
from habilis_server.notifications import writer_for
from habilis_server.organisation import commands as c
from habilis_server.organisation.commands import Command
from tests.mail.post_office import PORTAL
from tests.organisation.town import (
    HALL,
    NEW_FIRM,
    NEW_HALL,
    NOON,
    ORPHAN,
    PROFILE,
    ROADS,
    Bench,
)

__all__ = ["SCENES", "Told", "mail_of", "play"]

PLACE: Final = Perimeter(HALL)
NEW: Final = "nouvelle@example.org"
SOME: Final = frozenset({"engagements:consultation", "mes_messages:modification"})


def wanted(kind: StructureType, identifier_type: str, identifier: str) -> c.RequestAccount:
    structure = WantedStructure(
        identifier_type=identifier_type,
        identifier=identifier,
        name="GAGNEZ 1000 EUROS sur http://example.org",
        type=kind,
    )
    return c.RequestAccount(email=NEW, wanted=structure, comment="http://example.org")


Deed = tuple[str, Command]

# The deeds of a scene; the notices of the last are what it shows.
SCENES: Final[dict[str, Sequence[Deed]]] = {
    "account-requested": [("x", c.RequestAccount(email=NEW, perimeter=ROADS, comment="http://x"))],
    "account-requested-unknown": [("x", wanted(StructureType.PUBLIC, "SIRET", NEW_HALL))],
    "account-requested-foreign": [("x", wanted(StructureType.PUBLIC, "AUTRE", "GAGNEZ"))],
    "account-opened": [("x", wanted(StructureType.PRIVATE, "SIRET", NEW_FIRM))],
    "account-opened-foreign": [("x", wanted(StructureType.PRIVATE, "AUTRE", "GAGNEZ"))],
    "account-approved": [("gina", c.ApproveAccount(approval="pia-asks"))],
    "account-approved-support": [("sue", c.ApproveAccount(approval="quin-asks"))],
    "account-refused": [("gina", c.Refuse(approval="pia-asks", reason="Service <inconnu>.\nFin."))],
    "account-refused-support": [("sue", c.Refuse(approval="quin-asks", reason="Pièce absente."))],
    "attachment-requested": [("dora", c.RequestAttachment(perimeter=ROADS, comment="http://x"))],
    "entitlement-requested": [
        (
            "tim",
            c.RequestEntitlementChange(perimeter=PLACE, add=SOME, remove=frozenset({PROFILE})),
        )
    ],
    "attachment-approved": [("gina", c.Approve(approval="nell-asks"))],
    "entitlement-approved": [("gina", c.Approve(approval="tim-asks"))],
    "attachment-refused": [("gina", c.Refuse(approval="nell-asks", reason="Pas de poste."))],
    "entitlement-refused": [("gina", c.Refuse(approval="tim-asks", reason="Sans objet."))],
    "detached-and-closed": [("gina", c.DetachUser(account="tim", perimeter=PLACE))],
    "service-deleted": [
        ("dora", c.RequestAttachment(perimeter=ROADS, comment="please")),
        ("gina", c.DeleteService(perimeter=ROADS)),
    ],
    "attached": [("gina", c.AttachUser(email="dora@example.org", perimeter=PLACE))],
    "detached": [("gina", c.DetachUser(account="vera", perimeter=ROADS))],
    "entitlements-given": [
        ("gina", c.AddEntitlements(account="rob", perimeter=PLACE, profiles=SOME))
    ],
    "entitlements-taken": [("gina", c.RemoveAllEntitlements(account="vera", perimeter=ROADS))],
    "manager-transferred": [("gina", c.TransferPrincipalManager(structure=HALL, account="sam"))],
    "manager-installed": [("sue", c.InstallPrincipalManager(structure=ORPHAN, account="dora"))],
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice as whoever sends it is given it."""

    event: str
    recipient: str
    template: str
    context: dict[str, str] = field(hash=False)
    id: int = 1
    created_at: datetime = NOON
    attempts: int = 1
    tried_since: datetime = NOON
    handed_at: datetime | None = None


def play(scene: str) -> list[Notice]:
    """The notices of the last deed."""
    bench, before = Bench(), 0
    for who, deed in SCENES[scene]:
        before = len(bench.memory.notices)
        bench.does(who, deed)
    return bench.memory.notices[before:]


def mail_of(notice: Notice) -> Mail:
    told = Told(
        event=notice.event,
        recipient=notice.recipient,
        template=notice.template,
        context=dict(notice.context),
    )
    return writer_for(PORTAL).write(told)
