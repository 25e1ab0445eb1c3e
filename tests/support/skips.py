"""A pytest plugin: what cannot run here is skipped with its reason; under CI such a skip is a failure."""

import os
from collections.abc import Generator

import pytest

ALLOWED = "shared data absent"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge the skip of one test."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge the skip of a whole file."""
    report = yield
    if report.skipped:
        _judge(report)
    return report


def _judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if os.environ.get("CI") and ALLOWED not in reason:
        report.outcome = "failed"
        report.longrepr = f"{reason}\nCI has all that the tests need, so nothing but {ALLOWED!r} is skipped."
