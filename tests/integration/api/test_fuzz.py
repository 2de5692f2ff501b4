"""Schemathesis against a real server: it does what its OpenAPI document says, and never answers a 5xx."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.scopes import Scope
from models.tables.tenants import DEFAULT_TENANT
from services import keys
from services.infra.database import make_engine, make_sessions
from services.webhooks import endpoints
from tests.integration.api import scene
from tests.integration.api.serving import Server, served
from tests.integration.webhooks.scene import KEY, POLICY
from tests.make import create_batch

SEED = "20261120"
FULL_EXAMPLES = 40
FEWEST_CASES = 300
# All checks run but these. A schema cannot say which cursors and hosts exist, so requests that keep to it may
# be refused. DELETE cancels a job, which stays. Waiting for jobs nobody works on would take all the time. In
# a chain of requests the wrong part may have been replaced by what an earlier answer gave.
# A missing or wrong version of tus is 412, as tus wants it. Its media type is bytes like any others.
CONFIGURATION = """
hooks = "hooks.py"

[checks]
positive_data_acceptance.enabled = false

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429]

[checks.missing_required_header]
expected-statuses = [400, 401, 403, 406, 412, 415, 422]

[phases.stateful.checks]
negative_data_rejection.enabled = false

[[operations]]
include-operation-id = "get_job"
parameters = { wait = 0.01 }
checks.use_after_free.enabled = false

[[operations]]
include-operation-id = "get_batch"
parameters = { wait = 0.01 }

[[operations]]
include-operation-id = "follow_job"
parameters = { seconds = 0.01 }
checks.use_after_free.enabled = false
"""
HOOKS = """
import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
"""


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """The API in a process of its own, keys required, as delivered."""
    with served(database_url, tmp_path, max_upload_mb="1", secret_key=KEY) as running:
        yield running


async def furnish(database_url: str) -> dict[str, str | None]:
    """Leaves documents with chunks, a queued job and webhooks in the database; keys by what they may."""
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    found: dict[str, str | None] = {"nothing": None}
    async with sessions.begin() as session:
        for scope in (Scope.ADMIN, Scope.READ):
            _, found[scope.value] = await keys.create(session, DEFAULT_TENANT, "fuzz", scope=scope)
    for _ in range(3):
        await scene.finished(sessions)
    job = await scene.queued(sessions)
    async with sessions.begin() as session:
        await create_batch(session, job)
    async with sessions.begin() as session:
        for number in range(3):
            url = f"http://127.0.0.1:9999/{number}"
            await endpoints.register(session, tenant_id=DEFAULT_TENANT, url=url, policy=POLICY)
    await engine.dispose()
    return found


def fuzz(server: Server, folder: Path, key: str | None, *, examples: int, seconds: float = 600) -> int:
    """How many cases were sent with this key; fails with what Schemathesis has found."""
    configuration = folder / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    (folder / "hooks.py").write_text(HOOKS)
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(configuration)]
    command += ["run", f"{server.url}/openapi.json", "--seed", SEED, "--max-examples", str(examples)]
    command += ["--header", f"Authorization: Bearer {key}"] if key else []
    command += ["--generation-deterministic", "--no-color"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, timeout=seconds)

    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    assert "unhandled" not in server.log.read_text()
    (cases,) = re.findall(r"(\d+) generated", done.stdout)
    return int(cases)


def test_no_request_that_can_be_thought_up_breaks_the_contract(
    server: Server, database_url: str, tmp_path: Path
) -> None:
    key = asyncio.run(furnish(database_url))["admin"]
    assert fuzz(server, tmp_path, key, examples=4) >= FEWEST_CASES


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_five_thousand_requests_of_each_kind_of_caller_break_no_contract(
    server: Server, database_url: str, tmp_path: Path
) -> None:
    """A1: with an admin key, with one that may only read, and with none."""
    found = asyncio.run(furnish(database_url))
    cases = {
        name: fuzz(server, tmp_path, key, examples=FULL_EXAMPLES, seconds=3600) for name, key in found.items()
    }
    print(f"A1: cases by what the key may: {cases}")
    assert min(cases.values()) >= 5_000
