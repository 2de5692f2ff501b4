"""The strategy llm on the way of an upload: asked outside of the parser, once, whatever is cut again."""

from sqlalchemy import select

from models.tables.documents import ChunkRecord
from models.tables.jobs import JobState
from tests.integration.webhooks.receiver import receiver
from tests.integration.workers.installation import Installation
from tests.support.chat import by_topic, passages

TEXT = passages("aaabbcccc").encode()
ASKED = {"strategy": "llm", "group_tokens": 50}


async def test_answers_are_kept_with_the_parsed_form(installation: Installation) -> None:
    with receiver(by_topic) as server:
        installation.start(
            "worker",
            chat_url=f"http://127.0.0.1:{server.server_port}",
            chat_model="small",
            chat_key="sk-secret",
            chat_allow_private="true",
        )
        installation.start("beat")
        for overlap in (0, 8):
            job = await installation.upload("a.txt", TEXT, **ASKED, overlap_tokens=overlap)
            await installation.job_in(job.id, JobState.SUCCEEDED)
    assert len(server.requests) == 3
    async with installation.sessions() as session:
        bodies = list(await session.scalars(select(ChunkRecord.body)))
    assert len(bodies) == 6
    assert not any("fallback" in body["metadata"] for body in bodies)
    assert "sk-secret" not in installation.logs()
