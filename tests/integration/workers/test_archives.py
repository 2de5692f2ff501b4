"""A worker that dies when an archive's files are stored, and nothing is committed yet, loses none of them."""

import hashlib
import signal

from sqlalchemy import select

from models.tables.documents import DocumentRecord
from models.tables.jobs import JobState
from services.infra.storage import LocalStorage
from services.jobs.reconciling import reconcile
from tests import rows
from tests.integration.workers.installation import Installation
from tests.support.packed import zipped

FILES = {"a.txt": b"One.\n", "b/a.txt": b"One.\n", "b/c.py": b"c = 1\n"}
ATTEMPT = """
import os, signal, sys
from services.infra.config import Settings
from workers import segmenting
from workers.attempt import attempt
from workers.process import Process
from workers.stopping import Stopping

async def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

job, dies = sys.argv[1:]
if dies == "dies":
    segmenting.complete = die
process = Process(Settings(), Stopping())
attempt(process, job)
process.close()
"""


async def test_members_are_there_once_though_the_worker_died_before_the_commit(
    installation: Installation,
) -> None:
    job = await installation.upload("files.zip", zipped(FILES))
    assert installation.run(ATTEMPT, job.id, "dies").returncode == -signal.SIGKILL
    storage = LocalStorage(installation.folder / "data" / "objects")
    for data in FILES.values():
        path = await storage.fetch(hashlib.sha256(data).hexdigest())
        assert path.read_bytes() == data
    assert await rows.count_of(installation.sessions, DocumentRecord) == 1
    await rows.expire(installation.sessions, job.id)
    async with installation.sessions.begin() as session:
        assert (await reconcile(session)).requeued == 1
    done = installation.run(ATTEMPT, job.id, "lives")
    assert done.returncode == 0, done.stderr
    row = await rows.job_of(installation.sessions, job.id)
    assert (row.state, row.members, row.lost) == (JobState.SUCCEEDED, 3, 1)
    async with installation.sessions() as session:
        query = select(DocumentRecord.name).where(DocumentRecord.archive_id == job.document_id)
        names = sorted(await session.scalars(query))
    assert names == sorted(FILES)
