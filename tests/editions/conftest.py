"""At the end of a run: what the reconstruction tests measured."""

from typing import Any

from tests.editions import measured


def pytest_terminal_summary(terminalreporter: Any) -> None:
    passed = terminalreporter.stats.get("passed", [])
    lines = [said for report in passed for name, said in report.user_properties if name == measured.PROPERTY]
    if lines:
        terminalreporter.section("public figures: what they show and cost")
        for line in measured.table(lines):
            terminalreporter.line(line)
