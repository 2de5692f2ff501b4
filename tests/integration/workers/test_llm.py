"""The strategy llm on the way of an upload: asked outside of the parser, once, whatever is cut again."""

from itertools import count

from sqlalchemy import select

from models.tables.documents import ChunkRecord
from models.tables.jobs import JobState
from tests.integration.webhooks.receiver import Received, Reply, receiver
from tests.integration.workers.installation import Installation
from tests.support.chat import by_topic, passages

TEXT = passages("aaabbcccc").encode()
ASKED = {"strategy": "llm", "group_tokens": 50}


async def fallbacks_of(installation: Installation) -> list[set[object]]:
    """What the chunks of each version say, the oldest version first."""
    query = select(ChunkRecord.document_id, ChunkRecord.version, ChunkRecord.body)
    async with installation.sessions() as session:
        rows = (await session.execute(query)).all()
    found: dict[tuple[str, int], set[object]] = {}
    for row in rows:
        found.setdefault((row[0], row[1]), set()).add(row[2]["metadata"].get("fallback"))
    return sorted(found.values(), key=lambda said: None in said)


async def test_answers_are_kept_with_the_parsed_form_once_they_are_whole(installation: Installation) -> None:
    numbers = count(1)

    def second_is_refused(received: Received) -> Reply:
        return Reply(401) if next(numbers) == 2 else by_topic(received)

    with receiver(second_is_refused) as server:
        installation.start(
            "worker",
            chat_url=f"http://127.0.0.1:{server.server_port}",
            chat_model="small",
            chat_key="sk-secret",
            chat_allow_private="true",
        )
        installation.start("beat")
        asked = []
        for overlap in (0, 4, 8):
            job = await installation.upload("a.txt", TEXT, **ASKED, overlap_tokens=overlap)
            await installation.job_in(job.id, JobState.SUCCEEDED)
            asked.append(len(server.requests))
    assert asked == [2, 5, 5]
    assert await fallbacks_of(installation) == [{"the endpoint's answer: status 401"}, {None}, {None}]
    assert "sk-secret" not in installation.logs()
