"""The server's certificates: read whole at start, or the server does not start."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import grpc

from habilis_companion.errors import CertificateError

__all__ = ["TlsFiles", "credentials_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """PEM files. `client_ca` None: clients present no certificate; else none is served without."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


def credentials_of(files: TlsFiles) -> grpc.ServerCredentials:
    """The credentials made of these files; raises CertificateError for one that cannot be read."""
    certificate = _read("certificate", files.certificate, b"BEGIN CERTIFICATE")
    key = _read("key", files.key, b"PRIVATE KEY")
    client_ca = None
    if files.client_ca is not None:
        client_ca = _read("client authority", files.client_ca, b"BEGIN CERTIFICATE")
    _refuse_unfit(files)
    return grpc.ssl_server_credentials(
        [(key, certificate)],
        root_certificates=client_ca,
        require_client_auth=client_ca is not None,
    )


def _read(what: str, path: Path, mark: bytes) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CertificateError(
            f"the TLS {what} `{path}` cannot be read: {error.strerror}"
        ) from error
    if mark not in content:
        raise CertificateError(f"`{path}` holds no TLS {what} in the form PEM")
    return content


def _refuse_unfit(files: TlsFiles) -> None:
    """With a key that is not the certificate's, gRPC would start and fail each connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(files.certificate, files.key, password=_no_password)
        if files.client_ca is not None:
            context.load_verify_locations(files.client_ca)
    except ssl.SSLError as error:
        raise CertificateError(
            f"`{files.certificate}` and `{files.key}` make no pair, or are damaged: {error.reason}"
        ) from error


def _no_password() -> str:
    raise CertificateError("the TLS key is locked by a password; give one that is not")
