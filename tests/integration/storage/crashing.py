"""Uploads that die between their bytes and their rows, and documents that are deleted.

`python -m tests.integration.storage.crashing DATABASE_URL FOLDER NUMBER` makes NUMBER of each and as many
that live, sweeps, and prints how many files were removed, are missing and are left over.
"""

import asyncio
import os
import random
import signal
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import event

from models.tables.tenants import DEFAULT_TENANT
from services.documents.deletion import delete
from services.infra.database import make_engine, make_sessions
from services.infra.quarantine import Quarantine
from services.infra.storage import LocalStorage
from tests.integration.storage.aged import age, files_in
from tests.integration.tenants.estate import done, uploaded
from tests.make import Sessions
from workers.blobs import BlobSweep

HOUR = 3600.0
POINTS = ("before_cursor_execute", "after_cursor_execute", "commit")


def crash(url: str, root: Path, data: bytes, seed: random.Random) -> None:
    """A forked process stores the bytes and is killed at a statement, or the commit, of its rows."""
    pid = os.fork()
    if pid == 0:
        engine = make_engine(url)
        name, steps = seed.choice(POINTS), [0]
        dies_at = 1 if name == "commit" else seed.randint(1, 4)

        def count(*_: object) -> None:
            steps[0] += 1
            if steps[0] == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(engine.sync_engine, name, count)
        asyncio.run(uploaded(make_sessions(engine), LocalStorage(root), DEFAULT_TENANT, data))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def run(url: str, work: Any) -> Any:
    """What work(sessions) gives, with no connection left open for a fork to inherit."""

    async def once() -> Any:
        engine = make_engine(url)
        try:
            return await work(make_sessions(engine))
        finally:
            await engine.dispose()

    return asyncio.run(once())


async def live_and_die(sessions: Sessions, root: Path, number: int) -> set[str]:
    """Documents that stay, and others that are deleted, some with the bytes of one that stays."""
    storage = LocalStorage(root)
    for n in range(number):
        await done(sessions, storage, DEFAULT_TENANT, b"lives %d" % n, chunks=1)
        document = await done(sessions, storage, DEFAULT_TENANT, b"deleted %d" % n, chunks=1)
        async with sessions.begin() as session:
            await delete(session, tenant_id=DEFAULT_TENANT, document_id=document)
    texts = [b"%slives %d" % (prefix, n) for prefix in (b"", b"parsed ") for n in range(number)]
    return {sha256(text).hexdigest() for text in texts}


async def sweep(sessions: Sessions, root: Path) -> int:
    """Two rounds, each with everything aged before; how many files went."""
    removed = 0
    for _ in range(2):
        age(root)
        swept = await BlobSweep(sessions, Quarantine(root), grace=HOUR, removes=True).whole()
        removed += swept.removed.blobs
    return removed


if __name__ == "__main__":
    given_url, folder, many = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    alive = run(given_url, lambda sessions: live_and_die(sessions, folder, many))
    for crashed in range(many):  # every tenth of them with bytes that somebody else has
        what = b"lives %d" % crashed if crashed % 10 == 0 else b"crashed %d" % crashed
        crash(given_url, folder, what, random.Random(crashed))
    gone = run(given_url, lambda sessions: sweep(sessions, folder))
    found = set(files_in(folder))
    sys.stdout.write(f"{gone} {len(alive - found)} {len(found - alive)}\n")
