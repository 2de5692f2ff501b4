"""What a real worker makes of a tenant's lowered limits, and of documents without text."""

from models.tables.jobs import JobState
from models.tables.tenants import DEFAULT_TENANT
from services import tenants
from tests import rows
from tests.hostile.pdfs import page, stream
from tests.integration.workers.installation import Installation
from tests.support.reports import report


async def test_a_worker_keeps_to_the_limits_of_the_tenant_as_they_are_now(installation: Installation) -> None:
    installation.start("worker")
    installation.start("beat")
    async with installation.sessions.begin() as session:
        await tenants.lower(session, DEFAULT_TENANT, {"max_pages": 2})
    refused = await installation.upload("a.pdf", report(3))
    ended = await installation.job_in(refused.id, JobState.FAILED)
    assert ended.failure is not None
    assert ended.failure["code"] == "too_many_pages"
    assert (ended.no_text, ended.pages_failed) == (None, None)
    async with installation.sessions.begin() as session:
        await tenants.lower(session, DEFAULT_TENANT, {"max_pages": None})
    await installation.job_in((await installation.upload("b.pdf", report(4))).id, JobState.SUCCEEDED)

    blank = await installation.upload("blank.pdf", page(stream(b"")))
    ended = await installation.job_in(blank.id, JobState.SUCCEEDED)
    assert (ended.no_text, ended.pages_failed, ended.pages_total) == (True, 0, 1)
    document = await rows.document_of(installation.sessions, blank.document_id)
    assert (document.no_text, document.pages_failed, document.page_count) == (True, 0, 1)
