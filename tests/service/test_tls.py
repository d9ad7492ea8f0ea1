"""G1, G2: who shows no good certificate gets no answer; who would listen openly does not start."""

import socket
import ssl
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from habilis import Client, HabilisError, Tls
from habilis_companion.address import Address, read_address, refuse_open_doors
from habilis_companion.errors import AddressError, CertificateError
from habilis_companion.tls import TlsFiles, credentials_of
from habilis_server.service.serving import Settings
from tests.sdk.methods import QUESTION
from tests.service.certificates import Authority, Pair
from tests.service.portal import open_portal

pytestmark = pytest.mark.alone

OURS = Authority.named("ours")
OTHERS = Authority.named("others")
SERVER = OURS.vouch("127.0.0.1")
CLIENT = OURS.vouch("billing")


def tls_files(folder: Path, server: Pair = SERVER, *, mutual: bool = True) -> TlsFiles:
    certificate, key = server.write(folder, "server")
    authority = folder / "authority.pem"
    authority.write_bytes(OURS.pem)
    return TlsFiles(certificate=certificate, key=key, client_ca=authority if mutual else None)


def settings(folder: Path, server: Pair = SERVER, *, mutual: bool = True) -> Settings:
    tls = tls_files(folder, server, mutual=mutual)
    return Settings(listen="127.0.0.1:0", tls=tls, notice=0, grace=0.5)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    folder = tmp_path_factory.mktemp("tls")
    with open_portal(folder, settings=settings(folder)) as portal:
        yield portal.target


def ask(target: str, tls: Tls | None) -> bool:
    with Client(target, tls=tls) as client:
        return client.check(QUESTION, deadline=1).allowed


def shown(pair: Pair | None, authority: Authority = OURS) -> Tls:
    if pair is None:
        return Tls(ca=authority.pem)
    return Tls(ca=authority.pem, certificate=pair.certificate, key=pair.key)


def test_a_client_with_a_good_certificate_is_answered(target: str) -> None:
    assert ask(target, shown(CLIENT)) is True


@pytest.mark.parametrize(
    "tls",
    [
        pytest.param(None, id="plain on the TLS port"),
        pytest.param(shown(None), id="no certificate"),
        pytest.param(shown(OTHERS.vouch("billing")), id="of another authority"),
        pytest.param(shown(OURS.vouch("billing", expired=True)), id="expired"),
        pytest.param(shown(CLIENT, OTHERS), id="a server of another authority"),
    ],
)
def test_a_client_that_shows_no_good_certificate_is_refused(target: str, tls: Tls | None) -> None:
    with pytest.raises(HabilisError):
        ask(target, tls)


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(OURS.vouch("elsewhere.example"), id="of another name"),
        pytest.param(OURS.vouch("127.0.0.1", expired=True), id="expired"),
        pytest.param(OTHERS.vouch("127.0.0.1"), id="of another authority"),
    ],
)
def test_a_server_that_shows_no_good_certificate_is_not_believed(
    tmp_path: Path, server: Pair
) -> None:
    with (
        open_portal(tmp_path, settings=settings(tmp_path, server, mutual=False)) as portal,
        pytest.raises(HabilisError),
    ):
        ask(portal.target, shown(None))


def test_a_server_without_client_authority_answers_clients_without_certificate(
    tmp_path: Path,
) -> None:
    with open_portal(tmp_path, settings=settings(tmp_path, mutual=False)) as portal:
        assert ask(portal.target, shown(None)) is True


def shake_hands(target: str, folder: Path, version: ssl.TLSVersion) -> str | None:
    """The version agreed upon; raises OSError where the server breaks off."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")  # lets this side speak old versions
    context.set_alpn_protocols(["h2"])
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(*CLIENT.write(folder, "client"))
    host, _, port = target.rpartition(":")
    with (
        socket.create_connection((host, int(port)), timeout=2) as connection,
        context.wrap_socket(connection) as wrapped,
    ):
        return wrapped.version()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_an_old_version_of_tls_is_refused(
    target: str, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    with pytest.raises(OSError, match=r"EOF|reset|protocol"):
        shake_hands(target, tmp_path, version)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_present_version_of_tls_is_spoken(
    target: str, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    assert shake_hands(target, tmp_path, version) == version.name.replace("_", ".")


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "8.8.8.8:53", "[2001:db8::1]:0", "169.254.0.1:1"],
)
def test_an_open_address_without_tls_is_refused(address: str) -> None:
    with pytest.raises(AddressError, match="without TLS"):
        refuse_open_doors(read_address(address))


@pytest.mark.parametrize("address", ["127.0.0.1:0", "127.9.9.9:80", "[::1]:0", "localhost:1"])
def test_an_address_of_this_machine_alone_needs_no_tls(address: str) -> None:
    refuse_open_doors(read_address(address))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:50051", Address("127.0.0.1", 50051)),
        ("[::1]:0", Address("::1", 0)),
        ("host.example:65535", Address("host.example", 65535)),
    ],
)
def test_an_address_is_read(text: str, address: Address) -> None:
    assert read_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        ":80",
        "host",
        "host:",
        "host:x",
        "host:-1",
        "host:65536",
        "::1:80",
        "host:٣",
        "h:1:2",
    ],
)
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(AddressError, match="`"):
        read_address(text)


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    certificate, _ = SERVER.write(tmp_path, "server")
    _, key = CLIENT.write(tmp_path, "client")

    with pytest.raises(CertificateError, match="make no pair"):
        credentials_of(TlsFiles(certificate=certificate, key=key))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def scribble(path: Path) -> None:
    path.write_bytes(b"\xff\x00")


@pytest.mark.parametrize("which", ["certificate", "key", "client_ca"])
@pytest.mark.parametrize(
    ("bend", "problem"),
    [
        pytest.param(Path.unlink, "cannot be read", id="missing"),
        pytest.param(empty, "holds no TLS", id="empty"),
        pytest.param(scribble, "holds no TLS", id="noise"),
    ],
)
def test_a_file_that_is_no_certificate_is_refused(
    tmp_path: Path, which: str, bend: Callable[[Path], object], problem: str
) -> None:
    files = tls_files(tmp_path)
    bend(getattr(files, which))

    with pytest.raises(CertificateError, match=problem):
        credentials_of(files)


def test_a_key_never_prints_itself() -> None:
    assert "PRIVATE" not in repr(shown(CLIENT))
    assert "PRIVATE" not in str(shown(CLIENT))
