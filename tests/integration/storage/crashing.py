"""Uploads that die between their bytes and their rows, and documents that are deleted.

`python -m tests.integration.storage.crashing DATABASE_URL FOLDER NUMBER` makes NUMBER of each and as many
that live, sweeps, and prints how many files were removed, are missing and are left over.
"""

import random
import sys
from hashlib import sha256
from pathlib import Path

from models.tables.tenants import DEFAULT_TENANT
from services.documents.deletion import delete
from services.infra.quarantine import Quarantine
from services.infra.storage import LocalStorage
from tests.integration.storage.aged import age, files_in
from tests.integration.tenants.estate import done, uploaded
from tests.make import Sessions
from tests.support.dying import POINTS, attempt, killer, run
from workers.blobs import BlobSweep

HOUR = 3600.0


def crash(url: str, root: Path, data: bytes, seed: random.Random) -> None:
    """A forked process stores the bytes and is killed at a statement, or the commit, of its rows."""
    point = seed.choice(POINTS)
    count = killer(1 if point == "commit" else seed.randint(1, 4))
    storage = LocalStorage(root)
    assert not attempt(
        url, lambda sessions: uploaded(sessions, storage, DEFAULT_TENANT, data), count, (point,)
    )


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
