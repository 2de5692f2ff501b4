"""Members of an archive on their way to the store: some at a time, the lease renewed between."""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path

from models.errors import Cancelled, Stage
from models.members import Member
from services.infra.storage import Storage
from services.jobs.members import Kept
from services.runner.values import Progress
from workers.lease import Lease
from workers.process import Process

AT_ONCE = 32
"""Members stored side by side: to make sure of the disk takes time, and it does so for all together."""


def keep_members(process: Process, lease: Lease, made: Path, members: Sequence[Member]) -> list[Kept]:
    """Store what stands one after the other in a file. StorageError; Cancelled when the lease ended.

    Bytes that are stored and belong to no row yet are swept as those of an upload that was never answered.
    """
    ends = accumulate(member.size for member in members)
    parts = [range(end - member.size, end) for member, end in zip(members, ends, strict=True)]
    kept: list[Kept] = []
    for start in range(0, len(members), AT_ONCE):
        if not lease.tick(Progress(Stage.STORING, start, len(members))):
            raise Cancelled
        some = zip(members[start : start + AT_ONCE], parts[start : start + AT_ONCE], strict=True)
        kept += process.run(_stored(process.storage, made, some))
    if not lease.confirm(Progress(Stage.STORING, len(members), len(members))):
        raise Cancelled
    return kept


async def _stored(storage: Storage, made: Path, some: Iterable[tuple[Member, range]]) -> list[Kept]:
    async def stored(member: Member, part: range) -> Kept:
        found = await storage.put_file(made, part)
        return Kept(member.path, found.sha256, found.size)

    return list(await asyncio.gather(*(stored(member, part) for member, part in some)))
