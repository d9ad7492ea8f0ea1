"""Notices made into mails: three templates a notice, and nothing missing in any of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

from jinja2 import (
    ChoiceLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)

from habilis_companion.mail.errors import SettingsError, UnwritableError
from habilis_companion.mail.message import Mail, message_id
from habilis_companion.mail.outbox import Claimed
from habilis_companion.paris import paris

__all__ = ["Writer"]

_MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_SUBJECT: Final = ".subject.txt"
_KIT: Final = "habilis_companion.mail"


class Writer:
    """Writes the mails of one service, by the templates that its package holds in `templates`.

    A notice called `x` is written by `x.subject.txt`, `x.txt` and `x.html`; the
    last two extend the `letter` of all services, which stands here.
    They see the notice's context, the phrases that follow from it, its recipient
    as `recipient`, and as `moment` when it happened, in French.
    """

    def __init__(
        self,
        package: str,
        phrases: Callable[[Mapping[str, str]], Mapping[str, str]],
        *,
        source: str,
        sender: str,
    ) -> None:
        """`phrases` raises KeyError for a context that says too little.

        `source` names the service in its Message-IDs. Raises SettingsError.
        """
        try:
            self._zone = paris()
        except ZoneInfoNotFoundError as error:
            raise SettingsError(
                "this machine does not know the time of Paris; install `tzdata`"
            ) from error
        self._phrases = phrases
        self._source = source
        self._sender = sender
        self._templates = Environment(
            loader=ChoiceLoader([PackageLoader(package), PackageLoader(_KIT)]),
            autoescape=select_autoescape(("html",), default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        names = self._templates.list_templates(filter_func=lambda name: name.endswith(_SUBJECT))
        self.names: Final = frozenset(name.removesuffix(_SUBJECT) for name in names)

    def write(self, notice: Claimed) -> Mail:
        """The mail that tells of it, always the same. Raises UnwritableError."""
        try:
            phrases = self._phrases(notice.context)
        except KeyError as error:
            raise UnwritableError(f"the notice does not tell its {error}") from error
        words = {
            **notice.context,
            **phrases,
            "recipient": notice.recipient,
            "moment": self._french(notice.created_at),
        }
        return Mail(
            sender=self._sender,
            recipient=notice.recipient,
            subject=self._filled(notice.template, _SUBJECT, words).strip(),
            text=self._filled(notice.template, ".txt", words),
            html=self._filled(notice.template, ".html", words),
            message_id=message_id(self._source, notice.event, notice.recipient, self._sender),
            date=notice.created_at,
        )

    def _filled(self, name: str, kind: str, words: Mapping[str, str]) -> str:
        if name not in self.names:
            raise UnwritableError(f"there is no template `{name}`")
        try:
            return self._templates.get_template(f"{name}{kind}").render(words)
        except (TemplateError, TypeError, ValueError) as error:
            raise UnwritableError(f"`{name}{kind}`: {error}") from error

    def _french(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        day = "1er" if local.day == 1 else str(local.day)
        date = f"{day} {_MONTHS[local.month - 1]} {local.year}"
        return f"{date} à {local.hour} h {local.minute:02} (heure de Paris)"
