"""What the release before reads and writes is still there in the newest schema, and asks for nothing more."""

from collections.abc import Iterator

from sqlalchemy import text

from services.infra.migrate import upgrade
from tests.integration.migrations.test_migrations import engine_of
from tests.integration.upgrade.previous import SCHEMA

COLUMNS = """
SELECT table_name || '.' || column_name,
       concat(udt_name, ' ', lower(is_nullable), '_null',
              CASE WHEN column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'
                   THEN ' bare' END)
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
RULES = """
SELECT conrelid::regclass || '.' || conname || ': ' || pg_get_constraintdef(c.oid),
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = ANY (c.conkey))
  FROM pg_constraint c WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
"""
UNIQUE = """
SELECT indexdef, tablename::text FROM pg_indexes
 WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%'
"""
TRIGGERS = "SELECT tgrelid::regclass || '.' || tgname, '' FROM pg_trigger WHERE NOT tgisinternal"

Catalogue = dict[str, dict[str, object]]


def catalogue(url: str) -> Catalogue:
    """What the server says of columns, rules, unique indexes and triggers."""
    asked = {"columns": COLUMNS, "rules": RULES, "unique": UNIQUE, "triggers": TRIGGERS}
    with engine_of(url) as engine, engine.connect() as connection:
        return {
            part: {str(name): found for name, found in connection.execute(text(query))}
            for part, query in asked.items()
        }


def breaches(old: Catalogue, new: Catalogue) -> Iterator[str]:
    """What the code that knows the old catalogue would stumble over."""
    tables = {name.partition(".")[0] for name in old["columns"]}
    for name, kind in old["columns"].items():
        if new["columns"].get(name) != kind:
            yield f"{name} was {kind} and is {new['columns'].get(name)}"
    for name, kind in new["columns"].items():
        is_added = name not in old["columns"] and name.partition(".")[0] in tables
        if is_added and str(kind).endswith("no_null bare"):
            yield f"{name} has to be filled"
    for name in old["unique"].keys() - new["unique"].keys():
        yield f"gone: {name}"
    for name in (new["unique"].keys() - old["unique"].keys()) | (
        new["triggers"].keys() - old["triggers"].keys()
    ):
        if name.partition(".")[0] in tables or new["unique"].get(name) in tables:
            yield f"new: {name}"
    for name, columns in new["rules"].items():
        table = name.partition(".")[0]
        known = [f"{table}.{column}" in old["columns"] for column in columns]  # type: ignore[attr-defined]
        if name not in old["rules"] and table in tables and all(known):
            yield f"new: {name}"


WIDENED = (
    *(f"{table}.{column} was" for table in ("documents", "jobs") for column in ("sha256", "size")),
    *("new: documents.ck_documents_source", "new: jobs.ck_jobs_source", "new: jobs.ck_jobs_state"),
)
"""What 0019 lets rows lack whose bytes are to be fetched. There are none as long as KERF_FETCH_URLS is off,
as it has to be while code from before works beside."""


def test_the_newest_schema_asks_nothing_new_of_the_release_before(empty_database_url: str) -> None:
    upgrade(empty_database_url, SCHEMA)
    old = catalogue(empty_database_url)
    upgrade(empty_database_url)
    found = list(breaches(old, catalogue(empty_database_url)))
    assert [line for line in found if not line.startswith(WIDENED)] == []


BREAKING = {
    "ALTER TABLE jobs DROP COLUMN pages_total": "jobs.pages_total was",
    "ALTER TABLE jobs RENAME COLUMN stage TO step": "jobs.stage was",
    "ALTER TABLE jobs ALTER size TYPE integer": "jobs.size was",
    "ALTER TABLE jobs ALTER artifact SET NOT NULL": "jobs.artifact was",
    "ALTER TABLE jobs ALTER name DROP NOT NULL": "jobs.name was",
    "ALTER TABLE jobs ADD COLUMN one integer NOT NULL": "jobs.one has to be filled",
    "ALTER TABLE jobs ADD CHECK (size < 10)": "new: jobs.",
    "ALTER TABLE documents DROP CONSTRAINT uq_documents_tenant_id_external_id": "gone: ",
    "CREATE UNIQUE INDEX two ON jobs (name)": "new: ",
    "DROP TABLE rate_buckets": "rate_buckets.at was",
}
HARMLESS = (
    "ALTER TABLE jobs ADD COLUMN three integer NOT NULL DEFAULT 1, ADD COLUMN four text",
    "CREATE TABLE five (six integer NOT NULL UNIQUE)",
    "ALTER TABLE jobs ADD COLUMN seven integer CHECK (seven > 0)",
    "CREATE INDEX eight ON jobs (name)",
)


def test_what_breaks_the_release_before_is_seen_and_what_only_adds_is_not(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    for statement in (*HARMLESS, *BREAKING):
        before = catalogue(empty_database_url)
        with engine_of(empty_database_url) as engine, engine.begin() as connection:
            connection.execute(text(statement))
        found = list(breaches(before, catalogue(empty_database_url)))
        told = BREAKING.get(statement)
        assert any(line.startswith(told) for line in found) if told else not found, (statement, found)
