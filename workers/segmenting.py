"""From a claim to its chunks: the files in place, the parser run, the parsed form kept."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from models.errors import Cancelled, Stage, StorageError
from services.jobs import parts
from services.jobs.claims import Claim
from services.jobs.finishing import ChunkSet, complete
from services.jobs.parts import Plan
from services.jobs.ranges import RangeClaim
from services.runner.values import PICTURES_AT_ONCE, Progress, Request, Result
from workers.asking import run_asking
from workers.lease import Lease
from workers.limits import lowered
from workers.members import keep_members
from workers.process import Process
from workers.ranges import Fetched, fetch_ranges, keeping, read_range
from workers.settle import Verb
from workers.stages import StageTimes


def work(process: Process, claim: Claim, lease: Lease) -> Verb:
    """Do what the claim asks for; how its attempt ends. Any KerfError, Cancelled when the lease ended it."""
    if isinstance(claim, RangeClaim):
        address = read_range(process, claim, lease)
        return partial(parts.keep, claim=claim, artifact=address, profile=process.profile(claim.parsing))
    made = segment(process, claim, lease)
    if isinstance(made, Plan):
        return partial(parts.plan, claim=claim, how=made)
    return partial(complete, claim=claim, result=made)


def segment(process: Process, claim: Claim, lease: Lease) -> ChunkSet | Plan:
    """Parse (or take the kept parse, or bind what was read in ranges) and cut; a Plan for a long PDF."""
    with tempfile.TemporaryDirectory(prefix="kerf-") as folder:
        made = Path(folder) / "artifact"
        known = _kept_parse(process, claim)
        ranges = Fetched() if known else fetch_ranges(process, claim, Path(folder))
        size = process.settings.range_pages
        request = Request(
            source=process.run(process.storage.fetch(claim.sha256)),
            name=claim.name,
            document=claim.document_id,
            options=claim.options,
            parsing=claim.parsing,
            artifact_in=known,
            artifact_out=None if known else made,
            parts=ranges.path,
            whole_up_to=None if known or ranges.path else size,
            lowered=lowered(process, claim),
            unpack=True,
        )
        stages = StageTimes()
        tick = lease.tick if ranges.path is None else keeping(process, claim, made, lease.tick)
        run = partial(process.child.run, on_tick=stages.watching(tick))
        try:
            result = run_asking(process, lease, request, run, made)
        finally:
            seconds = stages.seconds()
        if not lease.confirm(_after(result)):
            raise Cancelled
        if result.members:
            kept = keep_members(process, lease, made, result.members)
            return replace(_chunk_set(result, None, seconds), members=kept)
        if result.counted_only:
            size = PICTURES_AT_ONCE if result.needs_eyes else size
            profile = process.profile(claim.parsing)
            return Plan(result.page_count, size, profile, ranges.unsound, by_sight=result.needs_eyes)
        artifact = process.run(process.storage.put_file(made)).sha256 if made.exists() else claim.artifact
    return _chunk_set(result, artifact, seconds)


def _after(result: Result) -> Progress:
    """What there is to do when the parser has answered."""
    if result.members:
        return Progress(Stage.STORING, 0, len(result.members))
    if result.counted_only:
        return Progress(Stage.PARSING, 0, result.page_count)
    return Progress(Stage.STORING, result.page_count, result.page_count)


def _kept_parse(process: Process, claim: Claim) -> Path | None:
    """The document as it was parsed before; None when it never was, or when that is not kept any more."""
    if claim.artifact is None:
        return None
    try:
        return process.run(process.storage.fetch(claim.artifact))
    except StorageError:
        return None


def _chunk_set(result: Result, artifact: str | None, seconds: Mapping[str, float]) -> ChunkSet:
    return ChunkSet(
        chunks=result.chunks,
        manifest=result.manifest,
        media_type=result.media_type,
        page_count=result.page_count,
        artifact=artifact,
        seconds=seconds,
    )
