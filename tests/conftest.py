"""Figures: what a test counted, told at the end of the run whichever process ran the test."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes depends on who else uses the machine.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

Figure = Callable[[str], None]

KEY = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Tells a line of figures in the summary, such as `0 of 284198 decisions mixed`."""
    return lambda line: record_property(KEY, line)


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
