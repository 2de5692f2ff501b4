"""Taking in a URL: a job that fetches its bytes first. The caller commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Stage
from models.tables.documents import DocumentRecord
from models.tables.fetches import FetchRecord
from models.tables.jobs import JobRecord, JobState
from models.urgency import PATIENT, Urgency
from services.documents.submission import (
    found_or_made,
    next_ordinal,
    refuse_external_id,
    refuse_options,
)
from services.fetches.names import UNNAMED, from_path
from services.infra import tracing
from services.infra.plain import new_id
from services.webhooks.targets import Target


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a document is, and what is to be done with it: as with an upload (services.documents)."""

    target: Target
    options: Mapping[str, Any]
    parsing: Mapping[str, Any]
    endpoint_id: str | None = None
    external_id: str | None = None
    urgency: Urgency = Urgency.AUTO

    @property
    def columns(self) -> dict[str, Any]:
        """What is known of the source: how it is read, and a name until it has one."""
        return {"name": from_path(self.target.url) or UNNAMED, "parsing": dict(self.parsing)}


async def submit(session: AsyncSession, tenant_id: str, wanted: Wanted) -> JobRecord:
    """A job that is to fetch the bytes and cut them. Always a new one: what is behind a URL changes."""
    refuse_external_id(wanted.external_id)
    refuse_options(wanted.options)
    document = await _document(session, tenant_id, wanted)
    job = JobRecord(
        id=new_id("job"),
        tenant_id=tenant_id,
        document_id=document.id,
        ordinal=await next_ordinal(session, document.id),
        state=JobState.FETCHING,
        stage=Stage.FETCHING.value,
        url=shown(wanted.target),
        options=dict(wanted.options),
        endpoint_id=wanted.endpoint_id,
        priority=PATIENT,
        traceparent=tracing.traceparent(),
        **wanted.columns,
    )
    session.add(job)
    await session.flush()
    host = f"{wanted.target.host}:{wanted.target.port}"
    row = FetchRecord(
        job_id=job.id,
        tenant_id=tenant_id,
        url=wanted.target.url,
        host=host,
        urgency=wanted.urgency.value,
    )
    session.add(row)
    await session.flush()
    return job


def shown(target: Target) -> str:
    """The URL without its query, which may be what lets somebody in."""
    return target.url.partition("?")[0]


async def _document(session: AsyncSession, tenant_id: str, wanted: Wanted) -> DocumentRecord:
    if wanted.external_id is not None:
        return await found_or_made(session, tenant_id, wanted.external_id, wanted.columns)
    document = DocumentRecord(id=new_id("doc"), tenant_id=tenant_id, **wanted.columns)
    session.add(document)
    await session.flush()
    return document
