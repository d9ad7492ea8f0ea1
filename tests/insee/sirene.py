"""INSEE's API on this machine: a real HTTP server that answers as the documents say, or worse."""

import json
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from habilis_server.insee.columns import ADDRESS_COLUMNS, PERIOD_COLUMNS, UNIT_COLUMNS

__all__ = ["KEY", "Reply", "Sirene", "answer_for", "found", "headed", "sirene"]

KEY: Final = "6f1c-42"
Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    write: Callable[[BaseHTTPRequestHandler], None] | None = None
    """In place of all else."""


@dataclass(kw_only=True)
class Sirene:
    """Where it is, what it will answer to the next questions (the last one again and again)."""

    url: str
    replies: list[Reply]
    asked: list[tuple[str, str | None]] = field(default_factory=list)


def headed(status: int, **body: Any) -> Reply:
    text = json.dumps({"header": {"statut": status, "message": "dit"}, **body})
    return Reply(status=status, body=text.encode())


def found(told: Mapping[str, Any]) -> Reply:
    return headed(200, etablissement=told)


def answer_for(row: Row, company: Row) -> dict[str, Any]:
    """The rows of the two stocks, as the API says the same: "" is null there."""
    address = {column: row.get(column) or None for column in ADDRESS_COLUMNS}
    present = {column: row.get(column) or None for column in PERIOD_COLUMNS}
    former = {**present, "etatAdministratifEtablissement": "F", "enseigne1Etablissement": "AVANT"}
    return {
        "siren": row["siren"],
        "siret": row["siret"],
        "statutDiffusionEtablissement": row["statutDiffusionEtablissement"],
        "uniteLegale": {column: company.get(column) or None for column in UNIT_COLUMNS},
        "adresseEtablissement": address,
        "periodesEtablissement": [
            {"dateFin": None, "dateDebut": "2020-01-01", **present},
            {"dateFin": "2019-12-31", "dateDebut": "2001-01-01", **former},
        ],
    }


@contextmanager
def sirene(
    *replies: Reply, known: Mapping[str, Mapping[str, Any]] | None = None
) -> Generator[Sirene]:
    """Serve these replies in turn; or, without any, what is `known` by SIRET."""
    api = Sirene(url="", replies=list(replies))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the library's name
            api.asked.append((self.path, self.headers["X-INSEE-Api-Key-Integration"]))
            reply = self._reply()
            if reply.write is not None:
                self.close_connection = True
                reply.write(self)
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def _reply(self) -> Reply:
            if known is not None:
                told = known.get(self.path.rpartition("/")[2])
                return headed(404) if told is None else found(told)
            return api.replies.pop(0) if len(api.replies) > 1 else api.replies[0]

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name
            """Tests say enough."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        api.url = f"http://127.0.0.1:{server.server_port}/api-sirene/3.11"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
