"""One portal for the tests that kill nothing in it."""

from collections.abc import Generator

import pytest

from tests.invoicing.service.office import office
from tests.soliciting.service.office import Desk, desk_beside


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Desk]:
    with (
        office(tmp_path_factory.mktemp("office")) as opened,
        desk_beside(opened, tmp_path_factory.mktemp("desk")) as desk,
    ):
        yield desk
