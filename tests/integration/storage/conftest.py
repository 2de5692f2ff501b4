"""Buckets on a real server, made when a test asks for one."""

import os
from collections.abc import Iterator
from itertools import count

import pytest

from tests.support import s3

NUMBERS = count(1)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[s3.Server]:
    """A server for the tests of this process."""
    with s3.server() as running:
        yield running


@pytest.fixture
def bucket(s3_server: s3.Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a bucket of the test's own; the environment leads there."""
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    return s3_server.make_bucket(f"kerf-{os.getpid()}-{next(NUMBERS)}")
