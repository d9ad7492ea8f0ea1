"""`habilis mail`, and a server that sends: what people are told leaves the house."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from habilis import Perimeter
from habilis.organisation import Organisation
from tests.cli.shell import Said, habilis, serving
from tests.mail.post_office import OK, PORTAL, PostOffice, open_office

HALL = "17340430200015"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as office:
        yield office


def relay(office: PostOffice) -> list[str]:
    return ["--smtp", f"127.0.0.1:{office.port}", "--smtp-tls", "none", "--mail-from", PORTAL]
