"""One line per event, of ours and of libraries."""

import json
import logging
import random
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import structlog

from services.infra.logs import LONGEST, configure

ROOT = Path(__file__).parents[3]


@pytest.fixture
def restored() -> Iterator[None]:
    """pytest's own handlers come back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def output(restored: None) -> StringIO:  # noqa: ARG001 - a fixture
    """Where the logs go."""
    made = StringIO()
    configure("info", "json", made)
    return made


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
    (line,) = map(json.loads, output.getvalue().splitlines())
    assert line["exception"] == "ValueError: why"
    assert "test_logs.py:" in line["where"]


def test_an_error_tells_neither_the_rest_of_its_message_nor_its_code(output: StringIO) -> None:
    try:
        raise ValueError("cannot store it\nKey (text)=(Whoever finds this may keep it.) exists")
    except ValueError:
        logging.getLogger("some.library").exception("failed")
    assert json.loads(output.getvalue())["exception"] == "ValueError: cannot store it"
    assert "Whoever" not in output.getvalue()


def hostile(count: int) -> Iterator[str]:
    """Values that would break out of a line, from a fixed seed."""
    chance = random.Random(20)
    breaks = [
        "\r",
        "\n",
        "\r\n",
        "\x85",
        "\u2028",
        "\u2029",
        "\n2026-01-01 [error] gone",
        '","level":"critical',
    ]
    letters = [
        "\x1b[2J",
        "\x1b]0;x\x07",
        "\u202e",
        "\0",
        "\x7f",
        "\ud800",
        "\\",
        '"',
        "'",
        "{",
        "}",
        "%s",
        "%(x)s",
    ]
    pieces = [*breaks, *letters, "a", " "]
    for _ in range(count):
        yield "".join(chance.choices(pieces, k=chance.randint(1, 12)))


def test_ten_thousand_hostile_values_are_ten_thousand_json_lines(restored: None) -> None:  # noqa: ARG001
    values = list(hostile(10_000))
    output = StringIO()
    configure("info", "json", output)  # here, so that pytest keeps none of it: xdist cannot send surrogates
    log = structlog.get_logger("kerf.test")
    for number, value in enumerate(values):
        if number % 2:
            log.warning(value, name=value, nested={"deep": [value]}, n=number)
        else:
            logging.getLogger("some.library").warning("%s", value, extra={"name_given": value, "n": number})
    raw = output.getvalue()
    assert raw.isascii()
    lines = [json.loads(line) for line in raw.split("\n")[:-1]]
    assert [line["n"] for line in lines] == list(range(10_000))
    assert {line["level"] for line in lines} == {"warning"}
    assert [line["event"] for line in lines] == values
    assert [line["name"] for line in lines[1::2]] == values[1::2]


def test_a_hostile_value_stays_in_its_line_of_text_too(restored: None) -> None:  # noqa: ARG001 - a fixture
    made = StringIO()
    configure("info", "text", made)
    for value in hostile(1_000):
        structlog.get_logger("kerf.test").warning("seen", value=value)
        logging.getLogger("some.library").warning("%s", value)
    lines = made.getvalue().splitlines()
    assert len(lines) == 2_000
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("the secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw is out", "MfKQ9r8G"),
        ("key kerf_0123456789abcdef0123456789ABCDE-", "0123456789"),
        ("cannot reach postgresql://kerf:hunter2@db/kerf", "hunter2"),
        ("redis://:pa+ss%2Fword@redis:6379/0", "pa+ss"),
        ("Authorization: Bearer abcdefghijk", "abcdefghijk"),
        ("GET https://bucket/x?X-Amz-Signature=0a1b2c3d&y=1", "0a1b2c3d"),
    ],
)
def test_what_looks_like_a_secret_is_masked(output: StringIO, text: str, secret: str) -> None:
    logging.getLogger("some.library").warning(text)
    structlog.get_logger("kerf.test").warning("seen", nested={"value": [text]})
    assert secret not in output.getvalue()
    assert len([json.loads(line) for line in output.getvalue().splitlines()]) == 2


def test_what_nobody_caught_is_one_line_whatever_the_thread() -> None:
    program = """
import threading
from services.infra.logs import catch_crashes, configure
configure("info", "json")
catch_crashes()
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
raise ValueError("in main\\nand more")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["exception"] for line in lines] == [
        "ZeroDivisionError: division by zero",
        "ValueError: in main",
    ]
    assert done.returncode == 1


def test_a_library_cannot_pour_a_document_into_the_log(output: StringIO) -> None:
    logging.getLogger("some.library").warning("cannot read %s", "text " * LONGEST)
    assert len(json.loads(output.getvalue())["event"]) == LONGEST + 1


def test_libraries_that_chat_are_heard_from_warnings_on(output: StringIO) -> None:
    logging.getLogger("httpx2").info("GET https://example.com/secret")
    logging.getLogger("httpx2").warning("retrying")
    assert len(output.getvalue().splitlines()) == 1
