"""One portal for the tests that kill nothing in it."""

from collections.abc import Generator

import pytest

from tests.invoicing.service.office import Office, office


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Office]:
    with office(tmp_path_factory.mktemp("office")) as opened:
        yield opened
