"""The command as a process: serving, TLS, a reader who leaves, a hand on Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.cli.shell import PROGRAM, habilis, process, serving

pytestmark = pytest.mark.alone

ASK = [
    *("--subject", "claire", "--action", "annuaire.consulter"),
    *("--resource", "structure:17340430200015", "--deadline", "10"),
]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "habilis")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_file, key_file


def test_serve_says_in_a_sentence_where_it_listens_and_on_what(data: Path, policy: Path) -> None:
    words: list[str | Path] = ["--listen", "127.0.0.1:0", "--data", data, "--policy", policy]
    with process("serve", *words) as server:
        assert server.stdout is not None
        told = server.stdout.readline()
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=30)

    assert told.startswith("listening on 127.0.0.1:")
    assert "(policy " in told
    assert "facts of revision " in told
    assert server.returncode == 0
    assert "Traceback" not in errors


def test_serve_on_ctrl_c_drains_and_exits_with_0(data: Path, policy: Path) -> None:
    words: list[str | Path] = [
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
        "--policy",
        policy,
        "--json",
    ]
    with process("serve", *words) as server:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)

    assert told.keys() == {"listening", "policy_digest", "revision"}
    assert server.returncode == 0


def test_serve_makes_the_journal_of_an_empty_folder_and_denies(
    policy: Path, tmp_path: Path
) -> None:
    with serving("--data", tmp_path, "--policy", policy) as address:
        said = habilis("check", "--server", address, *ASK)

    assert said.code == 3
    assert "UNKNOWN_SUBJECT" in said.out


def test_a_taken_address_is_told(data: Path, policy: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with process("serve", "--listen", address, "--data", data, "--policy", policy) as server:
            out, errors = server.communicate(timeout=30)

    assert server.returncode == 2
    assert out == ""
    assert f"`{address}` cannot be listened on" in errors
    assert "Traceback" not in errors


def test_a_server_with_tls_answers_who_trusts_it_and_nobody_else(
    data: Path, policy: Path, tmp_path: Path
) -> None:
    cert, key = certificate(tmp_path)
    tls: list[str | Path] = ["--tls-cert", cert, "--tls-key", key]
    with serving("--data", data, "--policy", policy, *tls) as address:
        asked = ["check", "--server", address, *ASK]
        trusting = habilis(*asked, "--tls-ca", cert)
        plain = habilis(*asked, "--deadline", "1")

    assert trusting.code == 0, trusting.err
    assert plain.code == 4
    assert plain.out == ""


def test_a_server_that_wants_certificates_answers_nobody_without_one(
    data: Path, policy: Path, tmp_path: Path
) -> None:
    cert, key = certificate(tmp_path)
    tls: list[str | Path] = ["--tls-cert", cert, "--tls-key", key, "--tls-client-ca", cert]
    with serving("--data", data, "--policy", policy, *tls) as address:
        asked: list[str | Path] = ["check", "--server", address, *ASK, "--tls-ca", cert]
        known = habilis(*asked, "--tls-cert", cert, "--tls-key", key)
        unknown = habilis(*asked, "--deadline", "1")

    assert known.code == 0, known.err
    assert unknown.code == 4


def test_facts_imported_beside_a_server_are_soon_its_own(policy: Path, tmp_path: Path) -> None:
    facts = policy / "cases" / "facts.jsonl"
    with serving("--data", tmp_path, "--policy", policy) as address:
        told = habilis("import", facts, "--data", tmp_path, "--policy", policy, "--json").json()
        token = told["token"]
        at_least = f"{token['policy_digest']}:{token['revision']}"
        said = habilis("check", "--server", address, *ASK, "--at-least", at_least)

    assert said.code == 0


@pytest.mark.parametrize(
    "words", [["export"], ["enumerate"], ["enumerate", "--json"]], ids=["export", "csv", "json"]
)
def test_a_reader_who_leaves_ends_the_command_without_a_word(
    words: list[str], data: Path, policy: Path
) -> None:
    under: list[str | Path] = [] if words[0] == "export" else ["--policy", policy]
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        [*PROGRAM, *words, "--data", data, *under],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    ) as gone:
        os.close(writing)
        _, errors = gone.communicate(timeout=60)

    assert gone.returncode == 141
    assert errors == ""


def test_ctrl_c_ends_the_command_without_a_traceback(policy: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    os.mkfifo(facts)
    with (
        process("import", facts, "--data", tmp_path / "data", "--policy", policy) as waiting,
        facts.open("w"),  # opens once the command reads it
    ):
        waiting.send_signal(signal.SIGINT)
        out, errors = waiting.communicate(timeout=30)

    assert waiting.returncode == 130
    assert out == ""
    assert "Traceback" not in errors
