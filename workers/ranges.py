"""Page ranges in a worker: one range read and kept, or all of them fetched to be bound."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog

from models.errors import Cancelled, Stage, StorageError
from services.documents.deletion import is_referenced
from services.jobs.claims import Claim
from services.jobs.parts import all_ranges, keep_bound
from services.jobs.ranges import RangeClaim
from services.jobs.sweeping import sweep
from services.runner.process import OnTick
from services.runner.values import Progress, Request
from services.runner.written import check_written
from workers.lease import Lease
from workers.limits import lowered
from workers.process import Process
from workers.settle import TRANSIENT

LOG = structlog.get_logger(__name__)


def read_range(process: Process, claim: RangeClaim, lease: Lease) -> str:
    """The address of the range's raw pages; any KerfError, Cancelled when the lease ended it."""
    with tempfile.TemporaryDirectory(prefix="kerf-") as folder:
        made = Path(folder) / "part"
        request = Request(
            source=process.run(process.storage.fetch(claim.sha256)),
            name=claim.name,
            document=claim.document_id,
            options=None,
            parsing=claim.parsing,
            artifact_out=made,
            pages=(claim.first_page, claim.last_page),
            lowered=lowered(process, claim),
        )
        count = process.child.run(request, lease.tick).page_count
        if not lease.confirm(Progress(Stage.PARSING, count, count)):
            raise Cancelled
        return process.run(process.storage.put_file(made)).sha256


@dataclass(frozen=True, slots=True)
class Fetched:
    """The ranges of a job, one after the other in a file, if all have been read and are sound.

    `unsound` are the addresses of those whose bytes are gone or damaged.
    """

    path: Path | None = None
    unsound: frozenset[str] = frozenset()


def fetch_ranges(process: Process, claim: Claim, folder: Path) -> Fetched:
    """The job's ranges, held against their addresses. Only what this version of the reader saw counts."""
    addresses = process.run(_addresses(process, claim))
    if not addresses:
        return Fetched()
    joined = folder / "parts"
    with joined.open("wb") as target:
        unsound = frozenset(address for address in addresses if not _append(process, address, target))
    return Fetched(unsound=unsound) if unsound else Fetched(joined)


def keeping(process: Process, claim: Claim, made: Path, tick: OnTick) -> OnTick:
    """`tick`, which also keeps the bound document as soon as it is cut: binding takes as long as cutting.

    A database or store that does not answer costs only what is saved by it. ExpansionLimit ends the attempt.
    """
    kept: list[str] = []

    def keep(progress: Progress) -> bool:
        if progress.stage == Stage.CHUNKING and not kept:
            try:
                check_written(made, process.settings.limits)
                kept.append(process.run(process.storage.put_file(made)).sha256)
                process.run(_keep_bound(process, claim, kept[0]))
            except (*TRANSIENT, StorageError) as error:
                LOG.warning("keeping_failed", error=type(error).__name__)
        return tick(progress)

    return keep


def sweep_ranges(process: Process) -> None:
    """Forget what is kept of documents that are done with; trouble with it is no trouble of the attempt."""
    try:
        for address in process.run(_sweep(process)):
            process.run(process.storage.delete(address))
    except (*TRANSIENT, StorageError) as error:
        LOG.warning("sweep_failed", error=type(error).__name__)


def _append(process: Process, address: str, target: BinaryIO) -> bool:
    """Whether the bytes at the address were there and those that the address names."""
    try:
        data = process.run(process.storage.fetch(address)).read_bytes()
    except (StorageError, OSError):
        return False
    target.write(data)
    return hashlib.sha256(data).hexdigest() == address


async def _addresses(process: Process, claim: Claim) -> list[str]:
    async with process.sessions.begin() as session:
        ranges = await all_ranges(session, claim.job_id, profile=process.profile(claim.parsing))
    return [part.artifact for part in ranges if part.artifact is not None]


async def _keep_bound(process: Process, claim: Claim, artifact: str) -> None:
    async with process.sessions.begin() as session:
        await keep_bound(session, claim, artifact=artifact)


async def _sweep(process: Process) -> list[str]:
    async with process.sessions.begin() as session:
        addresses = await sweep(session)
        return [address for address in addresses if not await is_referenced(session, address)]
