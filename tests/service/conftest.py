"""One real server for the tests that change nothing in it."""

from collections.abc import Generator

import grpc
import pytest

from tests.service.portal import Portal, open_portal


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Generator[Portal]:
    with open_portal(tmp_path_factory.mktemp("portal")) as portal:
        yield portal


@pytest.fixture(scope="session")
def channel(portal: Portal) -> Generator[grpc.Channel]:
    with grpc.insecure_channel(portal.target) as channel:
        yield channel
