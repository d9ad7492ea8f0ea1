"""A portal where people write to each other: Habilis, and two companions, each a process."""

import subprocess
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

from habilis_companion.attachments import FileRef
from habilis_companion.terms import Looking
from habilis_soliciting.client import SolicitingClient
from habilis_soliciting.model.asked import Draft, Outcome
from habilis_soliciting.model.shown import Received, Sent
from tests.companion.portal import Portal
from tests.companion.portal import companion as started
from tests.invoicing.service.office import NICOLAS, SFACT, Office

__all__ = ["ALICE", "EMISES", "LEA", "RECUES", "SAMIR", "Desk", "companion", "desk_beside"]

EMISES: Final = "sollicitations_emises"
RECUES: Final = "sollicitations_recues"

ALICE: Final[Looking] = {"subject": "alice", "application": EMISES}
LEA: Final[Looking] = {"subject": "lea", "application": RECUES}
SAMIR: Final[Looking] = {"subject": "samir", "application": RECUES}


@dataclass(frozen=True, kw_only=True)
class Desk(Portal[SolicitingClient]):
    """What people of the portal do with solicitations; `office` is where they deposit invoices."""

    office: Office

    def draft(self, **said: Any) -> Draft:
        """What alice may send to the SFACT, unless something else is said."""
        usual: dict[str, Any] = {
            "emetteur": NICOLAS,
            "category": "FACTURES_EMISES",
            "subcategory": "ERREUR_DESTINATAIRE",
            "recepteur": SFACT,
            "title": f"Engagement inconnu {next(self.numbers)}",
            "description": "La facture cite un engagement qui n'existe pas.",
            "contact_email": "alice@example.org",
        }
        return Draft(**(usual | said))

    def for_support(self, **said: Any) -> Draft:
        """What alice may send to the support."""
        usual = {"category": "GESTION_COMPTE", "subcategory": "CONNEXION", "recepteur": None}
        return self.draft(**(usual | said))

    def upload(self, subject: str = "alice", **how: Any) -> FileRef:
        """A file for what alice writes, unlike every other, unless something else is said."""
        content = how.pop("content", None) or f"note {next(self.numbers)}".encode()
        name = how.pop("name", "note.txt")
        if "solicitation" not in how:
            how.setdefault("emetteur", NICOLAS)
        return self.client.upload_attachment(content, name=name, subject=subject, **how)

    def sent(self, draft: Draft | None = None) -> Outcome:
        return self.client.submit_solicitation(draft or self.draft(), subject="alice")

    def seen(self, kept: Outcome | Sent | Received, look: Looking) -> Any:
        """As it is read now."""
        return self.client.get_solicitation(kept.id, **look)

    def received(self, look: Looking = LEA, draft: Draft | None = None) -> Any:
        return self.seen(self.sent(draft), look)

    def processed(self, status: str, look: Looking = ALICE) -> Any:
        """One to which lea has given this status, with words."""
        received = self.received()
        comment = "Voici ce qu'il en est."
        self.client.process_solicitation(received, status=status, comment=comment, subject="lea")
        return self.seen(received, look)


def companion(
    folder: Path, habilis: str, *options: str
) -> AbstractContextManager[tuple["subprocess.Popen[str]", str]]:
    """A solicitations companion, as `tests.companion.portal` starts one."""
    return started("habilis_soliciting", folder, habilis, *options)


@contextmanager
def desk_beside(office: Office, folder: Path, *options: str) -> Generator[Desk]:
    """A companion that asks the Habilis of the office, and looks its invoices up there."""
    kept = options or ("--data", str(folder / "companion"))
    with (
        companion(folder, office.habilis_address, *kept, "--invoicing", office.address) as running,
        SolicitingClient(running[1]) as client,
    ):
        yield Desk(
            client=client,
            address=running[1],
            folder=folder,
            habilis=office.habilis,
            process=running[0],
            habilis_address=office.habilis_address,
            numbers=count(1),
            office=office,
        )
