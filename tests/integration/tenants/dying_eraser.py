"""An erasure that dies at its n-th step, forked again and again from a warm process.

`python -m tests.integration.tenants.dying_eraser DATABASE_URL FOLDER STRIDE` erases one tenant for each
STRIDE-th step and prints the number of steps, and of deaths survived.
"""

import sys
from pathlib import Path
from typing import Any

from services.infra.partials import LocalPartials
from services.infra.quarantine import Quarantine
from services.infra.storage import LocalStorage
from tests.integration.storage.aged import age, files_in
from tests.integration.tenants.estate import done, furnish, left_of
from tests.make import Sessions, create_tenant
from tests.support.dying import Work, attempt, killer, run
from workers import erasing
from workers.erasing import Eraser

NEIGHBOUR = "neighbour"
SHARED = b"bytes that both have"
erasing.DOCUMENTS = 2


def counting(does: Any, count: Any) -> Any:
    def counted(*arguments: Any, **named: Any) -> Any:
        count()
        return does(*arguments, **named)

    return counted


def erased(root: Path, tenant_id: str, count: Any) -> Work:
    """An erasure that also counts each change of the files."""

    async def work(sessions: Sessions) -> None:
        for name in ("rename", "replace", "unlink"):
            setattr(Path, name, counting(getattr(Path, name), count))
        await Eraser(sessions, Quarantine(root), LocalPartials(root), patience=0).erase(tenant_id)

    return work


def survive(url: str, root: Path, step: int) -> bool:
    """Whether the step was beyond the last; raises when a death left anything for ever, or took too much."""
    tenant_id, storage = f"tenant-{step}", LocalStorage(root)

    async def prepare(sessions: Sessions) -> set[str]:
        kept = set(files_in(root))
        await furnish(sessions, storage, tenant_id)
        await done(sessions, storage, tenant_id, SHARED)
        age(root)
        return kept

    async def check(sessions: Sessions) -> None:
        if not finished:
            found = await Eraser(sessions, Quarantine(root), LocalPartials(root), patience=0).erase(tenant_id)
            assert found.is_over or found.waiting == 1, (
                step
            )  # what was about to be moved counts as stored anew
            age(root)
            await Eraser(sessions, Quarantine(root), LocalPartials(root), patience=0).go_on()
        assert await left_of(sessions, tenant_id) == {}, step
        assert set(files_in(root)) == kept, step
        for name in kept:
            assert (await storage.fetch(name)).is_file(), step
        assert await left_of(sessions, NEIGHBOUR) == neighbour, step

    kept = run(url, prepare)
    neighbour = run(url, lambda sessions: left_of(sessions, NEIGHBOUR))
    count = killer(step)
    finished = attempt(url, erased(root, tenant_id, count), count)
    run(url, check)
    return finished


async def settle(sessions: Sessions, root: Path) -> None:
    """A neighbour, one of whose documents has the bytes and the parse of one of the tenant's."""
    async with sessions.begin() as session:
        await create_tenant(session, NEIGHBOUR)
    await done(sessions, LocalStorage(root), NEIGHBOUR, SHARED)


if __name__ == "__main__":
    given_url, given_root, stride = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    run(given_url, lambda sessions: settle(sessions, given_root))
    last, deaths = 1, 0
    while not survive(given_url, given_root, last):
        last += stride
        deaths += 1
    sys.stdout.write(f"{last - 1} {deaths}\n")
