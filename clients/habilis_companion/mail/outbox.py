"""What delivery asks of whoever keeps the notices."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

__all__ = ["Claimed", "Outbox"]


class Claimed(Protocol):
    """A notice that its sender has to himself for a while."""

    @property
    def id(self) -> int: ...

    @property
    def event(self) -> str:
        """Names what happened: one event is one notice, and one mail, for ever."""
        ...

    @property
    def recipient(self) -> str: ...

    @property
    def template(self) -> str: ...

    @property
    def context(self) -> Mapping[str, str]: ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def attempts(self) -> int:
        """How often it was claimed, this time included: it tells this claim from any other."""
        ...

    @property
    def tried_since(self) -> datetime:
        """When it was claimed first, or first since it was put back."""
        ...

    @property
    def handed_at(self) -> datetime | None:
        """When a former claim handed it to the relay, and no answer was heard; None: never."""
        ...


class Outbox(Protocol):
    """Notices that wait to be sent, for any number of senders. Every method is durable."""

    def waiting(self) -> int:
        """How many are neither sent nor set aside."""
        ...

    def claim(self, now: datetime, *, lease: timedelta, limit: int = 1) -> Sequence[Claimed]:
        """Up to `limit` notices that are due; nobody else is given them before `now` + `lease`."""
        ...

    def handing(self, number: int, attempt: int, now: datetime, *, lease: timedelta) -> bool:
        """Note that the notice is about to be the relay's, and keep it for another `lease`.

        False: it was claimed by another since, or is settled; it must not be sent then.
        """
        ...

    def sent(self, number: int, at: datetime) -> None:
        """The relay took it; it is never given again."""
        ...

    def failed(
        self, number: int, attempt: int, error: str, *, again_at: datetime, in_doubt: bool = False
    ) -> None:
        """It is due again at `again_at`. `in_doubt`: the relay may have taken it."""
        ...

    def set_aside(self, number: int, attempt: int, error: str, at: datetime) -> None:
        """It is kept, and not given again until a person puts it back."""
        ...
