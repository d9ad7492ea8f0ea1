"""The register from INSEE itself: its API Sirene 3.11, asked for one establishment at a time.

Whatever is not exactly the answer to what was asked is no answer: the register
then cannot be reached, and nobody takes its silence for a yes.
"""

import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import httpx

from habilis.organisation import Address
from habilis_server.insee.columns import (
    ADDRESS_COLUMNS,
    ESTABLISHMENT_DISCLOSURE,
    PERIOD_COLUMNS,
    UNIT_COLUMNS,
    UnreadableError,
    establishment_from,
)
from habilis_server.insee.registry import Establishment, RegistryUnavailableError, is_siret

__all__ = ["OFFICIAL", "SireneApi", "UnusableError"]

OFFICIAL: Final = "https://api.insee.fr/api-sirene/3.11"

_KEY_HEADER: Final = "X-INSEE-Api-Key-Integration"
_LONGEST_ANSWER: Final = 1_000_000
_TRIES: Final = 3
_PAUSE: Final = 0.5
"""Seconds between the first try and the second; twice as many before the third."""

_BUSY: Final = 2.0
"""Thirty questions a minute are answered: seconds to wait when it says no other number."""

_PASSING: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)})
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class UnusableError(ValueError):
    """The address or the key cannot be used; the message says why, and never the key."""


class _LaterError(Exception):
    """It may answer when asked again; `after` seconds, or None where it did not say."""

    def __init__(self, told: str, after: float | None = None) -> None:
        super().__init__(told)
        self.after = after


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: Mapping[str, object]
    """{} where it was no JSON object."""


class SireneApi:
    """Asks over HTTPS with a key; any thread may ask. It waits `patience` seconds at most.

    Asked too often, it is left alone for as long as it says.
    """

    def __init__(self, key: str, base: str = OFFICIAL, *, patience: float = 10.0) -> None:
        """Raises UnusableError."""
        _check_base(base)
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise UnusableError("the key of INSEE's API is one word of plain letters and digits")
        self._base = base.rstrip("/")
        self._patience = patience
        self._resting_until = 0.0
        # An answer that is not compressed has the size that it says.
        headers = {_KEY_HEADER: key, "Accept": "application/json", "Accept-Encoding": "identity"}
        timeout = httpx.Timeout(patience / 2)
        self._client = httpx.Client(headers=headers, timeout=timeout, follow_redirects=False)

    def find(self, siret: str) -> Establishment | None:
        if not is_siret(siret):
            return None
        try:
            return _establishment(siret, self._answer(siret))
        except UnreadableError as error:
            raise _silent(f"answers what can't be taken: {error}") from error

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self, siret: str) -> _Answer:
        until = time.monotonic() + self._patience
        pause = _PAUSE
        for left in reversed(range(_TRIES)):
            self._check_rest()
            try:
                return self._asked(siret, until)
            except _LaterError as later:
                wait = pause if later.after is None else later.after
                if later.after is not None:
                    self._resting_until = time.monotonic() + later.after
                if not left or time.monotonic() + wait > until:
                    raise _silent(str(later)) from later
            time.sleep(wait)
            pause *= 2
        raise AssertionError("the last try answers or raises")

    def _check_rest(self) -> None:
        rest = self._resting_until - time.monotonic()
        if rest > 0:
            raise _silent(f"wants to be left alone for {rest:.0f} s more")

    def _asked(self, siret: str, until: float) -> _Answer:
        try:
            with self._client.stream("GET", f"{self._base}/siret/{siret}") as response:
                if response.status_code in _PASSING:
                    raise _LaterError(f"has status {response.status_code}", _wait(response))
                return _Answer(response.status_code, _body(response, until))
        except httpx.HTTPError as error:
            raise _LaterError(f"can't be reached: {str(error) or type(error).__name__}") from error


def _silent(told: str) -> RegistryUnavailableError:
    return RegistryUnavailableError(f"INSEE's API {told}")


def _check_base(base: str) -> None:
    try:
        url = httpx.URL(base)
    except httpx.InvalidURL as error:
        raise UnusableError(f"`{base}` is no address: {error}") from error
    if url.scheme != "https" and not (url.scheme == "http" and url.host in _LOOPBACK):
        raise UnusableError(f"`{base}` does not begin with https://, and the key would be read")
    if not url.host or url.userinfo or url.query or url.fragment:
        raise UnusableError(f"`{base}` is more or less than an address, such as {OFFICIAL}")


def _wait(response: httpx.Response) -> float | None:
    """How many seconds it asks to wait, as a number or as a date."""
    told = response.headers.get("Retry-After", "").strip()
    if told.isascii() and told.isdigit():
        return float(told[:9])
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    return _BUSY if response.status_code == HTTPStatus.TOO_MANY_REQUESTS else None


def _body(response: httpx.Response, until: float) -> Mapping[str, object]:
    read = bytearray()
    for chunk in response.iter_raw():
        read += chunk
        if len(read) > _LONGEST_ANSWER:
            raise _silent("says more than an answer takes")
        if time.monotonic() > until:
            raise _silent("takes too long to answer")
    try:
        found: object = json.loads(read)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _establishment(siret: str, answer: _Answer) -> Establishment | None:
    """What the answer says. A gateway has statuses too: INSEE repeats its own in its words."""
    status = answer.status if _part(answer.body, "header").get("statut") == answer.status else 0
    match status:
        case HTTPStatus.OK:
            return _read(siret, _part(answer.body, "etablissement"))
        case HTTPStatus.NOT_FOUND:
            return None
        case HTTPStatus.MOVED_PERMANENTLY:  # its company was closed as a duplicate of another
            return Establishment(siret=siret, name="", active=False, address=Address())
        case _:
            raise _silent(_REASONS.get(answer.status, f"has status {answer.status}"))


_REASONS: Final[Mapping[int, str]] = {
    HTTPStatus.OK: "answers something else than what was asked",
    HTTPStatus.UNAUTHORIZED: "does not take the key; renew it, and start the server anew",
    HTTPStatus.FORBIDDEN: "keeps to itself what it knows of this establishment",
    **dict.fromkeys(range(300, 400), "sends elsewhere, where nobody follows"),
}


def _read(siret: str, told: Mapping[str, object]) -> Establishment:
    if told.get("siret") != siret:
        raise UnreadableError("that is another establishment")
    periods = told.get("periodesEtablissement")
    current = [
        period
        for period in (periods if isinstance(periods, list) else [])
        if isinstance(period, dict) and period.get("dateFin") is None
    ]
    if len(current) != 1:
        raise UnreadableError("it has no present, or several")
    address, unit = _part(told, "adresseEtablissement"), _part(told, "uniteLegale")
    columns = {
        ESTABLISHMENT_DISCLOSURE: told.get(ESTABLISHMENT_DISCLOSURE),
        **{column: address.get(column) for column in ADDRESS_COLUMNS},
        **{column: current[0].get(column) for column in PERIOD_COLUMNS},
    }
    company = {column: unit.get(column) for column in UNIT_COLUMNS}
    return establishment_from(siret, columns, company)


def _part(told: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}
