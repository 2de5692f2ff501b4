"""One line per event, of ours and of libraries."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from services.infra.logs import LONGEST, configure


@pytest.fixture
def output() -> Iterator[StringIO]:
    """Where the logs go; pytest's own handlers come back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    made = StringIO()
    configure("info", "json", made)
    yield made
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def test_our_events_and_those_of_libraries_are_json_lines(output: StringIO) -> None:
    structlog.get_logger("kerf.test").info("attempt_started", job="job_1")
    logging.getLogger("some.library").warning("lost %s of %s", 1, 2)
    ours, theirs = map(json.loads, output.getvalue().splitlines())
    assert (ours["event"], ours["job"], ours["level"]) == ("attempt_started", "job_1", "info")
    assert (theirs["event"], theirs["logger"]) == ("lost 1 of 2", "some.library")


def test_an_error_is_one_line_with_its_traceback(output: StringIO) -> None:
    try:
        raise ValueError("why")
    except ValueError:
        structlog.get_logger("kerf.test").exception("attempt_crashed")
    (line,) = output.getvalue().splitlines()
    assert "ValueError: why" in json.loads(line)["exception"]


def test_a_library_cannot_pour_a_document_into_the_log(output: StringIO) -> None:
    logging.getLogger("some.library").warning("cannot read %s", "text " * LONGEST)
    assert len(json.loads(output.getvalue())["event"]) == LONGEST + 1


def test_libraries_that_chat_are_heard_from_warnings_on(output: StringIO) -> None:
    logging.getLogger("httpx2").info("GET https://example.com/secret")
    logging.getLogger("httpx2").warning("retrying")
    assert len(output.getvalue().splitlines()) == 1
