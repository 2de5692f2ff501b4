"""Migrations 0005 to 0020 with what an older Kerf has written: nothing of it changes, up and down again."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from models.tables.jobs import JobState
from models.tables.tenants import DEFAULT_TENANT
from services.documents.sources import Source
from services.documents.submission import rechunk, submit
from services.infra.database import make_engine, make_sessions
from services.infra.migrate import downgrade, upgrade
from services.jobs import finishing
from services.jobs.ending import Ending
from services.jobs.reconciling import Reconciled, reconcile
from tests.integration.migrations.test_migrations import engine_of
from tests.make import LEASE, Sessions, chunk_set, take
from tests.rows import document_of, job_of

OLD = """
INSERT INTO tenants (id, name) VALUES ('other', 'Other');
INSERT INTO api_keys (id, name, prefix, digest, tenant_id) VALUES ('key_1', 'old', 'kerf_A', 'dd', 'other');
INSERT INTO documents (id, name, sha256, size, media_type, page_count, artifact, current_version, tenant_id,
    external_id, submissions)
VALUES ('doc_blank', 'a.pdf', 'aa', 7, 'application/pdf', 3, 'bb', 2, 'default', 'x', 3),
    ('doc_part', 'b.pdf', 'cc', 8, 'application/pdf', 9, 'dd', 1, 'other', NULL, 1),
    ('doc_first', 'c.txt', 'ee', 9, 'text/plain', 1, 'ff', 1, 'default', NULL, 1),
    ('doc_new', 'd.txt', 'gg', 10, NULL, NULL, NULL, NULL, 'default', NULL, 2),
    ('doc_long', 'e.pdf', 'hh', 11, NULL, NULL, NULL, NULL, 'default', NULL, 1);
INSERT INTO jobs (id, document_id, ordinal, name, sha256, size, options, state, version, tenant_id, attempt)
VALUES ('job_text', 'doc_blank', 1, 'a.pdf', 'aa', 7, '{}', 'succeeded', 1, 'default', 1),
    ('job_blank', 'doc_blank', 2, 'a.pdf', 'aa', 7, '{}', 'succeeded', 2, 'default', 2),
    ('job_over', 'doc_blank', 3, 'a.pdf', 'aa', 7, '{}', 'cancelled', NULL, 'default', 1),
    ('job_part', 'doc_part', 1, 'b.pdf', 'cc', 8, '{}', 'succeeded', 1, 'other', 1),
    ('job_first', 'doc_first', 1, 'c.txt', 'ee', 9, '{}', 'succeeded', 1, 'default', 1),
    ('job_failed', 'doc_new', 1, 'd.txt', 'gg', 10, '{}', 'failed', NULL, 'default', 3),
    ('job_running', 'doc_new', 2, 'd.txt', 'gg', 10, '{}', 'queued', NULL, 'default', 5),
    ('job_long', 'doc_long', 1, 'e.pdf', 'hh', 11, '{}', 'queued', NULL, 'default', 1);
UPDATE jobs SET crashed = 3, failure = '{"code": "worker_crashed"}' WHERE id = 'job_failed';
UPDATE jobs SET state = 'running', in_ranges = true, pages_total = 200 WHERE id = 'job_long';
UPDATE jobs SET state = 'running', lost = 4, token = '00000000-0000-0000-0000-000000000001',
    lease_until = now() - interval '1 minute' WHERE id = 'job_running';
INSERT INTO job_ranges (id, tenant_id, job_id, sha256, state, first_page, last_page, created_at, artifact,
    profile, token, lease_until, lost)
VALUES
('job_long:1', 'default', 'job_long', 'hh', 'done', 1, 100, now(), 'pp', 'parse-1', NULL, NULL, 0),
('job_long:2', 'default', 'job_long', 'hh', 'running', 101, 200, now(), NULL, NULL,
    '00000000-0000-0000-0000-000000000002', now() - interval '1 minute', 2);
INSERT INTO document_versions (document_id, number, job_id, manifest, tenant_id, name, sha256, size,
    page_count, artifact, options)
SELECT v.document_id, v.number, v.job_id, v.manifest::jsonb, j.tenant_id, j.name, j.sha256, j.size,
    3, 'bb', '{}'
  FROM jobs j JOIN (VALUES
    ('doc_blank', 1, 'job_text', '{"no_text": false, "pages_failed": []}'),
    ('doc_blank', 2, 'job_blank', '{"no_text": true, "pages_failed": []}'),
    ('doc_part', 1, 'job_part', '{"no_text": false, "pages_failed": [2, 5]}'),
    ('doc_first', 1, 'job_first', '{"chunks": 1}')
  ) v (document_id, number, job_id, manifest) ON v.job_id = j.id;
INSERT INTO chunks (document_id, version, index, id, kind, text, tokens, pages, headings, body, tenant_id)
VALUES ('doc_first', 1, 0, 'chk_1', 'text', 'Text.', 1, '{1}', '{}', '{"id": "chk_1"}', 'default');
INSERT INTO webhook_endpoints (id, url, secret, events, per_upload, tenant_id)
VALUES ('ep_1', 'https://example.com', 'whsec_x', '{}', false, 'default');
INSERT INTO events (id, type, document_id, sequence, body, tenant_id)
VALUES ('evt_1', 'document.succeeded', 'doc_first', 1, '{}', 'default');
UPDATE documents SET sequence = 1 WHERE id = 'doc_first';
"""
FOUND = {
    "doc_blank": (True, 0),
    "doc_part": (False, 2),
    "doc_first": (False, 0),
    "doc_new": (None, None),
    "doc_long": (None, None),
    "job_text": (False, 0),
    "job_blank": (True, 0),
    "job_over": (None, None),
    "job_part": (False, 2),
    "job_first": (False, 0),
    "job_failed": (None, None),
    "job_running": (None, None),
    "job_long": (None, None),
}
"""What 0006 takes from the manifests: no_text, and how many pages failed."""

Rows = dict[str, list[str]]


@pytest.fixture
def old(empty_database_url: str) -> str:
    """A database of 0004 with rows of every kind."""
    upgrade(empty_database_url, "0004")
    run(empty_database_url, OLD)
    return empty_database_url


@pytest.fixture
async def sessions(old: str) -> AsyncIterator[Sessions]:
    """On that database, migrated to head."""
    upgrade(old)
    engine = make_engine(old)
    try:
        yield make_sessions(engine)
    finally:
        await engine.dispose()


def run(url: str, statements: str) -> None:
    with engine_of(url) as engine, engine.begin() as connection:
        connection.exec_driver_sql(statements)


def rows(url: str) -> Rows:
    """All there is, table by table, as JSON."""
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    with engine_of(url) as engine, engine.connect() as connection:
        return {
            name: sorted(
                json.dumps(row, sort_keys=True)
                for row in connection.execute(text(f"SELECT to_jsonb(t) FROM {name} t")).scalars()
            )
            for name in connection.execute(text(names)).scalars()
        }


def added(before: Rows, after: Rows) -> dict[str, set[str]]:
    """The new columns and tables; everything else is as it was."""
    found: dict[str, set[str]] = {name: set() for name in after.keys() - before.keys()}
    for name, old_rows in before.items():
        known = json.loads(old_rows[0]).keys() if old_rows else set()
        fresh = [json.loads(row) for row in after[name]]
        kept = [json.dumps({key: row[key] for key in known}, sort_keys=True) for row in fresh]
        assert sorted(kept) == old_rows, name
        if fresh and fresh[0].keys() - known:
            found[name] = fresh[0].keys() - known
    return found


NEW = {
    "0005": {"jobs": {"holder", "orphaned"}, "job_ranges": {"holder", "orphaned"}, "instances": set()},
    "0006": {
        "tenants": {"lowered"},
        "documents": {"no_text", "pages_failed"},
        "jobs": {"no_text", "pages_failed"},
    },
    "0007": {"documents": {"parsing"}, "jobs": {"parsing"}, "document_versions": {"parsing"}},
    "0008": {"documents": {"archive_id", "members"}, "jobs": {"members"}},
    "0009": {"chunks": {"vector"}},
    "0010": {"tenants": {"quotas"}, "jobs": {"cost"}, "job_ranges": {"cost"}},
    "0011": {"rate_buckets": set()},
    "0012": {"tenants": {"retention", "erasing_at"}, "erasures": set()},
    "0013": {"api_keys": {"scope", "expires_at", "last_used_at"}},
    "0014": {},
    "0015": {"jobs": {"traceparent"}, "events": {"traceparent"}},
    "0016": {"batches": set(), "batch_items": set()},
    "0017": {"page_counts": set()},
    "0018": {"uploads": set(), "upload_pieces": set()},
    "0019": {"jobs": {"url"}, "fetches": set()},
    "0020": {},
}
USED = {
    "0005": "UPDATE jobs SET holder = 'worker_1', orphaned = 7; UPDATE job_ranges SET holder = 'worker_1';"
    " INSERT INTO instances (id, role, since, seen_at) VALUES ('worker_1', 'worker', now(), now());",
    "0006": """UPDATE tenants SET lowered = '{"max_pages": 3}'; UPDATE documents SET no_text = true;""",
    "0007": """UPDATE jobs SET parsing = '{"ocr": "never"}';""",
    "0008": "UPDATE documents SET archive_id = 'doc_long', members = 7 WHERE id = 'doc_new';",
    "0009": "UPDATE chunks SET vector = ARRAY[0.6, 0.8];",
    "0010": """UPDATE tenants SET quotas = '{"weight": 3}'; UPDATE jobs SET cost = 7;""",
    "0011": "INSERT INTO rate_buckets (id, tokens, at, taken) VALUES ('default', 1, now(), true);",
    "0012": "UPDATE tenants SET retention = '30 days', erasing_at = now() WHERE id = 'other';"
    " INSERT INTO erasures (tenant_id, address) VALUES ('other', 'aa');",
    "0013": "UPDATE api_keys SET scope = 'admin', expires_at = now();",
    "0014": "SELECT set_config('kerf.tenant', 'other', false);",
    "0015": "UPDATE jobs SET traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';",
    "0016": "INSERT INTO batches (id, tenant_id) VALUES ('bat_1', 'other'); INSERT INTO batch_items VALUES"
    " ('bat_1', 0, 'a.txt', 'doc_long', 'job_1', 'other');",
    "0017": "INSERT INTO page_counts (tenant_id, day, pages) VALUES ('other', now(), 7);",
    "0018": "INSERT INTO uploads (id, length, received, described, request, expires_at, tenant_id)"
    " VALUES ('upl_1', 9, 5, '', '{}', now(), 'other'); INSERT INTO upload_pieces"
    " (upload_id, start, size, name, tenant_id) VALUES ('upl_1', 0, 5, 'a', 'other');",
    "0019": """INSERT INTO documents (id, name, tenant_id) VALUES ('doc_url', 'u.txt', 'default');
    INSERT INTO jobs (id, document_id, ordinal, name, options, state, tenant_id, url)
    VALUES ('job_url', 'doc_url', 1, 'u.txt', '{}', 'fetching', 'default', 'https://example.com/u.txt');
    INSERT INTO fetches (job_id, tenant_id, url, host, urgency)
    VALUES ('job_url', 'default', 'https://example.com/u.txt?x', 'example.com:443', 'auto');""",
    "0020": "SELECT 1",
}
"""What the newer Kerf writes into its columns before it is taken back."""


def test_each_migration_only_adds_and_each_way_back_takes_only_that_away(old: str) -> None:
    before = {"0004": rows(old)}
    for last, revision in zip(("0004", *NEW), NEW, strict=False):
        upgrade(old, revision)
        before[revision] = rows(old)
        assert added(before[last], before[revision]) == NEW[revision]
    for last, revision in list(zip(("0004", *NEW), NEW, strict=False))[::-1]:
        run(old, USED[revision])
        downgrade(old, last)
        assert rows(old) == before[last]
    upgrade(old)
    assert rows(old) == before[[*NEW][-1]], "and up again is as the first time"


def test_what_is_new_has_the_values_of_rows_from_before(old: str) -> None:
    upgrade(old, "0005")
    with engine_of(old) as engine, engine.connect() as connection:
        for table in ("jobs", "job_ranges"):
            query = text(f"SELECT DISTINCT holder, orphaned FROM {table}")
            assert [tuple(row) for row in connection.execute(query)] == [(None, 0)]
    upgrade(old, "0006")
    with engine_of(old) as engine, engine.connect() as connection:
        found: dict[str, Any] = {}
        for table in ("documents", "jobs"):
            query = text(f"SELECT id, no_text, pages_failed FROM {table}")
            found |= {name: (no_text, failed) for name, no_text, failed in connection.execute(query)}
        assert found == FOUND
        assert set(connection.execute(text("SELECT lowered FROM tenants")).scalars()) == {None}
    upgrade(old, "0007")
    with engine_of(old) as engine, engine.connect() as connection:
        for table in ("documents", "jobs", "document_versions"):
            assert connection.execute(
                text(f"SELECT DISTINCT parsing::text FROM {table}")
            ).scalars().all() == ["{}"]


async def test_what_was_running_is_taken_back_and_ends(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        assert await reconcile(session, lease=LEASE) == Reconciled(requeued=1, failed=1)
    lost = await job_of(sessions, "job_running")
    assert (lost.state, lost.failure and lost.failure["code"]) == (JobState.FAILED, "worker_lost")
    async with sessions.begin() as session:
        job = await rechunk(session, tenant_id=DEFAULT_TENANT, document_id="doc_first", options={})
    claim = await take(sessions, job.id)
    async with sessions.begin() as session:
        assert await finishing.complete(session, claim, chunk_set(claim)) is Ending.SUCCEEDED
    document = await document_of(sessions, "doc_first")
    assert (document.current_version, document.no_text, document.parsing) == (2, False, {})


async def test_an_equal_upload_finds_no_result_of_an_older_reader(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        source = Source("c.txt", "ee", 9)
        job = await submit(session, tenant_id=DEFAULT_TENANT, source=source, options={})
    assert job.id != "job_first"
