"""What any test may use: figures, told at the end of the run, and the two databases."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.storage.server import Server

# How long an example takes depends on who else uses the machine.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

Figure = Callable[[str], None]

KEY = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Tells a line of figures in the summary, such as `0 of 284198 decisions mixed`."""
    return lambda line: record_property(KEY, line)


@pytest.fixture(scope="session")
def server() -> "Iterator[Server]":
    """The one PostgreSQL server of a run; of what it takes nothing is loaded without need."""
    from tests.storage.server import running_server

    with running_server() as server:
        yield server


@pytest.fixture(
    params=[
        "sqlite",
        # One worker starts the server, for all.
        pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql")),
    ]
)
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the two databases."""
    name: str = request.param
    return name


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports: Iterable[Any] = (
        report for reports in terminalreporter.stats.values() for report in reports
    )
    lines = [
        f"{report.nodeid.partition('::')[2]}: {line}"
        for report in reports
        if getattr(report, "when", "") == "call"
        for key, line in report.user_properties
        if key == KEY
    ]
    if lines:
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.write_line(line)
