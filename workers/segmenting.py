"""From a claim to its chunks: the files in place, the parser run, the parsed form kept."""

import tempfile
from pathlib import Path

from models.errors import Cancelled, Stage, StorageError
from services.jobs.claims import Claim
from services.jobs.finishing import ChunkSet
from services.runner.values import Progress, Request, Result
from workers.lease import Lease
from workers.process import Process


def segment(process: Process, claim: Claim, lease: Lease) -> ChunkSet:
    """Parse (or take the kept parse) and cut; any KerfError, Cancelled when the lease ended it."""
    with tempfile.TemporaryDirectory(prefix="kerf-") as folder:
        made = Path(folder) / "artifact"
        known = _kept_parse(process, claim)
        request = Request(
            source=process.run(process.storage.fetch(claim.sha256)),
            name=claim.name,
            document=claim.document_id,
            options=claim.options,
            artifact_in=known,
            artifact_out=None if known else made,
        )
        result = process.child.run(request, lease.tick)
        if not lease.confirm(Progress(Stage.STORING, result.page_count, result.page_count)):
            raise Cancelled
        artifact = claim.artifact if known else process.run(process.storage.put_file(made)).sha256
    return _chunk_set(result, artifact)


def _kept_parse(process: Process, claim: Claim) -> Path | None:
    """The document as it was parsed before; None when it never was, or when that is not kept any more."""
    if claim.artifact is None:
        return None
    try:
        return process.run(process.storage.fetch(claim.artifact))
    except StorageError:
        return None


def _chunk_set(result: Result, artifact: str | None) -> ChunkSet:
    return ChunkSet(
        chunks=result.chunks,
        manifest=result.manifest,
        media_type=result.media_type,
        page_count=result.page_count,
        artifact=artifact,
    )
