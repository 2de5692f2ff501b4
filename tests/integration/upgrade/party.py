"""What one release does to a database, step by step: `python party.py FOLDER`, in the folder of its sources.

Each line on standard input is a JSON list, a step with its arguments; each line on standard output an answer.
Everything is imported from that folder, so this file knows only what both releases have.
"""

import asyncio
import inspect
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - as a module is found

import httpx2

from api.app import create_app
from models.chunk import PROFILE
from models.scopes import Scope
from services import keys
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.logs import configure
from services.infra.peppers import Peppers
from services.jobs import claims, finishing
from services.webhooks.client import make_client
from services.webhooks.delivery import Sender
from tests import make
from tests.integration.api.serving import client_of
from workers.beat import Turns
from workers.webhooks import policy_of

SECRET = "one secret for all releases of a test"


class Party:
    """API, worker and `beat` of one release, each doing what it is asked to."""

    def __init__(self, settings: Settings, client: httpx2.AsyncClient, sessions: make.Sessions) -> None:
        self._settings = settings
        self._client = client
        self._sessions = sessions
        self._hints: list[str] = []
        self._policy = policy_of(settings)
        self._turns = Turns(settings, sessions, self._hint, asyncio.Event(), [], self._policy)

    async def _hint(self, job: str) -> None:
        self._hints.append(job)

    async def key(self, tenant: str) -> str:
        """A new key that may do everything."""
        async with self._sessions.begin() as session:
            made = await keys.create(session, tenant, "upgrade", peppers=Peppers([SECRET]), scope=Scope.ADMIN)
        return made[1]

    async def new_tenant(self, tenant: str) -> str:
        """A key of a tenant that is new, too."""
        async with self._sessions.begin() as session:
            await make.create_tenant(session, tenant)
        return await self.key(tenant)

    async def call(self, key: str, method: str, path: str, **given: Any) -> list[Any]:
        """Status and JSON of what the API answers."""
        answer = await self._client.request(method, path, headers={"X-API-Key": key}, **given)
        return [answer.status_code, answer.json() if answer.content else None]

    async def upload(self, key: str, name: str, text: str, hook: str | None = None) -> list[Any]:
        """The same of an upload, which may want to be told of."""
        form = {"options": json.dumps(make.OPTIONS), **({"webhook_url": hook} if hook else {})}
        return await self.call(key, "POST", "/v1/documents", files={"file": (name, text)}, data=form)

    async def hints(self) -> list[str]:
        """The jobs that workers are told of."""
        self._hints.clear()
        await self._turns.relay()
        return self._hints

    async def begin(self, job: str, seconds: float) -> bool:
        """Whether a worker has claimed the job; it says nothing more."""
        async with self._sessions.begin() as session:
            return await claims.claim(session, job, lease=timedelta(seconds=seconds)) is not None

    async def work(self, job: str) -> str:
        """How a job ends that a worker claims and hands in."""
        async with self._sessions.begin() as session:
            claim = await claims.claim(session, job, lease=make.LEASE)
        if claim is None:
            return "not claimed"
        async with self._sessions.begin() as session:
            manifest = {**make.chunk_set(claim).manifest, "profile": PROFILE}
            return str(await finishing.complete(session, claim, make.chunk_set(claim, 5, manifest=manifest)))

    async def housekeeping(self) -> None:
        """A round of the loops of `beat`."""
        await self._turns.reconciler()
        await self._turns.upkeep()
        await self._turns.sweeper()
        await self._turns.eraser()

    async def deliver(self) -> int:
        """How many webhooks were sent."""
        async with make_client(allow_private=True, own=self._policy.own) as client:
            return await Sender(self._sessions, client, self._policy.cipher).drain(10)


@asynccontextmanager
async def party(url: str, folder: Path) -> AsyncIterator[Party]:
    """The release that is imported here, on this database."""
    given = {
        "database_url": url,
        "data_dir": folder,
        "secret_key": SECRET,
        "webhooks_allow_private": True,
        "requests_per_minute": 6000,
    }
    settings = Settings.model_validate(given)
    engine = make_engine(url)
    sessions = make_sessions(engine)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        client = await stack.enter_async_context(client_of(create_app(settings, sessions=sessions)))
        yield Party(settings, client, sessions)


def say(answer: Any) -> None:
    """A line on standard output."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


async def serve(url: str, folder: Path) -> None:
    """Does what standard input asks for until it ends."""
    configure("error", "text")
    async with party(url, folder) as ours:
        say(inspect.getfile(create_app))
        while line := await asyncio.to_thread(sys.stdin.readline):
            step, positional, named = json.loads(line)
            say(await getattr(ours, step)(*positional, **named))


if __name__ == "__main__":
    asyncio.run(serve(os.environ["UPGRADE_DATABASE_URL"], Path(sys.argv[1])))
