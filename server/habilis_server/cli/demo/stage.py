"""Where the story is played: a folder of its own, and a real server that is asked and told."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from habilis import AccessDenied, Client, Perimeter, Token
from habilis.organisation import ApprovalRecord, CommandRefused, ManyRefused, OrganisationClient
from habilis_companion.command_line.beside import served_beside
from habilis_server.cli.demo.cast import name_of
from habilis_server.cli.demo.scene import Act, Import, Known
from habilis_server.cli.importing import take_in
from habilis_server.cli.org.reading import read_whole
from habilis_server.cli.storage import Storage
from habilis_server.insee.sample import ESTABLISHMENTS
from habilis_server.rulebook import Rulebook

__all__ = ["DEADLINE", "Stage", "open_stage"]

DEADLINE: Final = 10.0
"""Seconds for each answer."""

_DECISIONS: Final = frozenset({"approve", "approve_account", "approve_many", "refuse"})


class Stage:
    """A server that is asked and told; `names` are the identifiers behind the story's names."""

    def __init__(
        self, data: Path, rulebook: Rulebook, client: Client, organisation: OrganisationClient
    ) -> None:
        self.client = client
        self.names: dict[str, str] = {}
        self.token: Token | None = None
        self._data = data
        self._rulebook = rulebook
        self._organisation = organisation

    def take_in(self, part: Import) -> None:
        """Import what no command makes, while the server runs."""
        content = BytesIO(part.facts.encode())
        self.token = take_in(content, Storage(self._data), self._rulebook, "demo", part.says).token

    def carry_out(self, act: Act) -> str:
        """What became of the command: "" for done, else the policy's reason or the rule's code."""
        if act.command in _DECISIONS:
            self._open_inbox(act.who)
        method = getattr(self._organisation, act.command)
        fields = {name: self._meant(value) for name, value in act.fields.items()}
        try:
            outcome = method(
                subject=self.named(act.who),
                request_id=uuid4().hex,
                deadline=DEADLINE,
                **fields,
            )
        except AccessDenied as denied:
            return str(denied.reason)
        except CommandRefused as refused:
            return str(refused.code)
        except ManyRefused as many:
            return f"{many.count} at fault"
        if act.makes:
            self.names[act.makes] = outcome.made
        self.token = outcome.token
        return ""

    def named(self, name: str) -> str:
        """The identifier behind a name of the story; what it does not know stands for itself."""
        return self.names.get(name, name)

    def _open_inbox(self, who: str) -> None:
        """Who decides sees who asks: there the account behind an address is told (R55)."""
        with suppress(AccessDenied):
            found = read_whole(
                self._organisation, "approvals", subject=self.named(who), deadline=DEADLINE
            )
            for request in found.records:
                if isinstance(request, ApprovalRecord):
                    person = request.requester
                    self.names.setdefault(name_of(person.email), person.account)

    def _meant(self, value: object) -> object:
        if isinstance(value, Known):
            return self.named(value.name)
        return (
            [self._meant(each) for each in value]
            if isinstance(value, tuple) and not isinstance(value, Perimeter)
            else value
        )


@contextmanager
def open_stage(policy: Path, rulebook: Rulebook) -> Generator[Stage]:
    """A server on an empty journal, with a register of establishments, until the block ends."""
    with TemporaryDirectory(prefix="habilis-demo-") as folder:
        data = Path(folder)
        with (
            served_beside(
                "habilis_server.cli.main",
                data / "server.log",
                *("--data", str(data), "--policy", str(policy), "--insee", str(ESTABLISHMENTS)),
            ) as address,
            Client(address) as client,
            OrganisationClient(address) as organisation,
        ):
            yield Stage(data, rulebook, client, organisation)
