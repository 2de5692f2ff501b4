"""Readers never see two versions mixed, however often a document is ingested again (goal D8)."""

import httpx2
import pytest

from tests.integration.api.conftest import Sessions
from tests.integration.api.reading import is_one_version, read_while_ingesting
from tests.make import wire_chunk


async def test_no_reader_sees_two_versions_or_a_part_of_one(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    assert await read_while_ingesting(client, sessions, reads=120) > 1


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_no_reader_sees_two_versions_in_a_hundred_thousand_requests(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    """Each walk takes several requests."""
    assert await read_while_ingesting(client, sessions, reads=25_000) > 1_000


@pytest.mark.parametrize(
    "texts", [["1 of 2", "2 of 2"], ["1 of 3", "1 of 3"], [], ["1 of 1", "1 of 1"]], ids=str
)
def test_the_reader_would_notice(texts: list[str]) -> None:
    assert not is_one_version([wire_chunk("", index, text) for index, text in enumerate(texts)])
    assert is_one_version([wire_chunk("", index, "9 of 2") for index in range(2)])
