"""What a dump of the whole database has of API keys: nothing that opens a door (A4)."""

from pathlib import Path

from sqlalchemy import text

from api.app import create_app
from models.scopes import Scope
from models.tables.tenants import DEFAULT_TENANT
from services import keys
from services.infra.config import Settings
from services.infra.peppers import Peppers
from tests.integration.api.serving import client_of
from tests.integration.tenants.furnished import Sessions
from tests.integration.webhooks.scene import KEY

EVERY_TABLE = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""


async def dumped(sessions: Sessions) -> str:
    """Every row of every table as text, as `pg_dump` would write it."""
    parts: list[str] = []
    async with sessions() as session:
        for table in (await session.scalars(text(EVERY_TABLE))).all():
            parts += (await session.scalars(text(f"SELECT t::text FROM {table} t"))).all()
    return "\n".join(parts)


async def test_planted_keys_are_in_no_row_of_any_table(sessions: Sessions, tmp_path: Path) -> None:
    planted = []
    async with sessions.begin() as session:
        for peppers in (None, Peppers([KEY])):
            _, key = await keys.create(session, DEFAULT_TENANT, "one", peppers=peppers, scope=Scope.ADMIN)
            planted.append(key)
    settings = Settings.model_validate({"data_dir": tmp_path, "secret_key": KEY})
    async with client_of(create_app(settings, sessions=sessions)) as client:
        for number in range(20):
            headers = {"X-API-Key": planted[number % 2], "Idempotency-Key": f'"{number}"'}
            for _ in range(2):
                made = await client.post("/v1/keys", json={"name": f"n{number}"}, headers=headers)
                assert made.status_code == 201
                planted += [made.json()["key"]] if made.json()["key"] else []
            await client.get("/v1/documents", headers={"X-API-Key": planted[-1]})
    assert len(planted) == 22
    dump = await dumped(sessions)
    for key in planted:
        assert key[: keys.PREFIX_LENGTH] in dump, "the dump is one of this database"
        assert key not in dump
        assert key[keys.PREFIX_LENGTH :] not in dump
    assert KEY not in dump
