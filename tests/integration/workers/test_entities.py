"""Entities on the way of an upload: a real worker with a pipeline, and with none of that name."""

from sqlalchemy import select

from models.tables.documents import ChunkRecord
from models.tables.jobs import JobState
from tests.integration.workers.installation import Installation
from tests.support.pipelines import ruled, saved

TEXT = b"1. Parties\n\nAcme Corp. is in New York.\n"


async def test_a_worker_stores_entities_or_says_that_the_pipeline_is_missing(
    installation: Installation,
) -> None:
    saved(ruled(), installation.folder / "data" / "models", "en_rules")
    asked = await installation.upload("a.txt", TEXT, strategy="section", entities="en_rules")
    missing = await installation.upload("b.txt", TEXT, strategy="section", entities="en_other")
    installation.start("worker")
    installation.start("beat")
    await installation.job_in(asked.id, JobState.SUCCEEDED)
    async with installation.sessions() as session:
        (body,) = await session.scalars(select(ChunkRecord.body))
    assert [(entity["text"], entity["label"]) for entity in body["metadata"]["entities"]] == [
        ("Acme Corp.", "ORG"),
        ("New York", "GPE"),
    ]
    failed = await installation.job_in(missing.id, JobState.FAILED)
    assert failed.failure is not None
    assert (failed.failure["code"], failed.failure["retryable"]) == ("model_unavailable", False)
    assert failed.attempt == 1
