"""Taking in many documents at once, by a fixed number of statements. The caller commits.

No two calls wait for each other crosswise: names are made in one order, documents locked in one order, and
last comes the one lock that keeps equal uploads of a tenant apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Integer, String, and_, cast, column, func, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Conflict
from models.options import canonical_json
from models.tables.batches import BatchItemRecord, BatchRecord
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord, JobState
from models.urgency import FIRST, Urgency, priority_of
from services.documents.sources import Asked, Source, doing, is_nameless, wait_for_all
from services.documents.submission import (
    MEETINGS,
    queued,
    refuse_external_id,
    refuse_name,
    refuse_options,
    show_unread,
)
from services.infra import tracing
from services.infra.parse_rows import extension_of
from services.infra.plain import new_id


@dataclass(frozen=True, slots=True)
class Item:
    """A stored file and what is to be done with it."""

    source: Source
    options: Mapping[str, Any]
    external_id: str | None = None
    urgency: Urgency = Urgency.AUTO

    @property
    def priority(self) -> int:
        """Of its job. Nobody watches a thousand documents: where nothing is said they are patient."""
        wanted = Urgency.BULK if self.urgency is Urgency.AUTO else self.urgency
        return priority_of(wanted, self.source.size, is_parsed=False)


@dataclass(frozen=True, slots=True)
class Work:
    """The job that an item comes to, and its document."""

    job_id: str
    document_id: str


Known = tuple[str, Work | None]
"""The extension of an item's name as the database sees it, and the work that there is already."""


async def submit_all(
    session: AsyncSession, *, tenant_id: str, items: Sequence[Item], endpoint_id: str | None = None
) -> BatchRecord:
    """A batch of these items, whose external ids differ; each gets the job that `submit` would give it.

    Raises what `submit` raises.
    """
    for item in items:
        refuse_name(item.source.name)
        refuse_external_id(item.external_id)
        refuse_options(item.options)
    named = await name_all(session, tenant_id, items)
    if len(named) < len(items):
        await wait_for_all(session, tenant_id)
    known = await known_work(session, tenant_id, items, named, endpoint_id)
    asked = list(zip(items, known, strict=True))
    await hurry(session, {work.job_id for item, (_, work) in asked if work and item.priority == FIRST})
    new = New(tenant_id, endpoint_id, named)
    works = [work or new.work_of(item, extension) for item, (extension, work) in asked]
    await new.insert(session)
    return await bind(session, tenant_id, endpoint_id, list(zip(items, works, strict=True)))


async def name_all(
    session: AsyncSession, tenant_id: str, items: Sequence[Item]
) -> Mapping[str, DocumentRecord]:
    """The documents of all external ids, locked, as `named` does it for one."""
    sources = {item.external_id: item.source for item in items if item.external_id is not None}
    rows = [
        {"id": new_id("doc"), "tenant_id": tenant_id, "external_id": name, **sources[name].columns()}
        for name in sorted(sources)
    ]
    made = upsert(DocumentRecord).on_conflict_do_nothing(index_elements=["tenant_id", "external_id"])
    query = (
        select(DocumentRecord)
        .where(DocumentRecord.tenant_id == tenant_id, DocumentRecord.external_id.in_(sources))
        .order_by(DocumentRecord.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    for _ in range(MEETINGS if rows else 0):
        async with session.begin_nested() as attempt:
            await session.execute(made, rows)
            found = {document.external_id or "": document for document in await session.scalars(query)}
            if len(found) == len(rows):
                for name, document in found.items():
                    show_unread(document, sources[name])
                return found
            await attempt.rollback()  # one was deleted meanwhile: let go of the others before waiting again
    if rows:
        raise Conflict("A document of one of these external_ids was deleted meanwhile; try again.")
    return {}


async def known_work(
    session: AsyncSession,
    tenant_id: str,
    items: Sequence[Item],
    named: Mapping[str, DocumentRecord],
    endpoint_id: str | None,
) -> Sequence[Known]:
    """What `same_work` finds for each of the items, in one query."""
    rows = [
        {
            "number": number,
            "name": item.source.name,
            "sha256": item.source.sha256,
            "parsing": dict(item.source.parsing),
            "options": dict(item.options),
            "document_id": None if item.external_id is None else named[item.external_id].id,
        }
        for number, item in enumerate(items)
    ]
    asked = (
        func.jsonb_to_recordset(cast(rows, JSONB))
        .table_valued(
            column("number", Integer),
            *(column(name, String) for name in ("name", "sha256", "document_id")),
            *(column(name, JSONB) for name in ("parsing", "options")),
        )
        .render_derived(name="asked", with_types=True)
    )
    of_it = or_(DocumentRecord.id == asked.c.document_id, and_(asked.c.document_id.is_(None), is_nameless()))
    what = Asked(asked.c.name, asked.c.sha256, asked.c.parsing, asked.c.options)
    there = doing(tenant_id, what, endpoint_id).where(of_it).lateral()
    query = (
        select(extension_of(asked.c.name), there.c.id, there.c.document_id)
        .select_from(asked)
        .outerjoin(there, true())
        .order_by(asked.c.number)
    )
    found = await session.execute(query)
    return [(extension, None if job is None else Work(job, document)) for extension, job, document in found]


async def hurry(session: AsyncSession, ids: set[str]) -> None:
    """Of these jobs those that wait are urgent from now on, but for any that somebody else holds just now."""
    waiting = (
        select(JobRecord.id)
        .where(JobRecord.id.in_(ids), JobRecord.state == JobState.QUEUED, JobRecord.priority > FIRST)
        .with_for_update(key_share=True, skip_locked=True)
    )
    raised = update(JobRecord).where(JobRecord.id.in_(waiting)).values(priority=FIRST)
    if ids:
        await session.execute(raised, execution_options={"synchronize_session": False})


@dataclass(slots=True)
class New:
    """Rows of documents and jobs that are to be made. Equal files without names of their own share one."""

    tenant_id: str
    endpoint_id: str | None
    named: Mapping[str, DocumentRecord]
    _documents: list[dict[str, Any]] = field(default_factory=list)
    _jobs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def work_of(self, item: Item, extension: str) -> Work:
        """A new job for the item, or one that is new for an equal item."""
        source = item.source
        equal = [source.sha256, extension, source.parsing, item.options, item.external_id]
        job = self._jobs.setdefault(canonical_json(equal), {})
        if not job:
            job |= self._job(item, *self._document(item))
        job["priority"] = min(job["priority"], item.priority)
        return Work(job["id"], job["document_id"])

    async def insert(self, session: AsyncSession) -> None:
        """Makes them."""
        for table, rows in ((DocumentRecord, self._documents), (JobRecord, list(self._jobs.values()))):
            if rows:
                await session.execute(insert(table), rows)

    def _document(self, item: Item) -> tuple[str, int]:
        """Its id, and the number of the job in it."""
        if item.external_id is not None:
            document = self.named[item.external_id]
            document.submissions += 1
            return document.id, document.submissions
        made = {"id": new_id("doc"), "tenant_id": self.tenant_id, "submissions": 1, **item.source.columns()}
        self._documents.append(made)
        return str(made["id"]), 1

    def _job(self, item: Item, document_id: str, ordinal: int) -> dict[str, Any]:
        return queued(
            item.source,
            tenant_id=self.tenant_id,
            document_id=document_id,
            ordinal=ordinal,
            options=dict(item.options),
            endpoint_id=self.endpoint_id,
            priority=item.priority,
        )


async def bind(
    session: AsyncSession, tenant_id: str, endpoint_id: str | None, done: Sequence[tuple[Item, Work]]
) -> BatchRecord:
    """The batch, with its items in their order."""
    batch = BatchRecord(
        id=new_id("bat"), tenant_id=tenant_id, endpoint_id=endpoint_id, traceparent=tracing.traceparent()
    )
    session.add(batch)
    await session.flush()
    rows = [
        {
            "tenant_id": tenant_id,
            "batch_id": batch.id,
            "index": index,
            "name": item.source.name,
            "document_id": work.document_id,
            "job_id": work.job_id,
        }
        for index, (item, work) in enumerate(done)
    ]
    await session.execute(insert(BatchItemRecord), rows)
    return batch
