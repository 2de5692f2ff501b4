"""What the child does for one request: read or parse, segment, describe."""

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any

from models import artifact
from models.chunk import PROFILE, wire_form
from models.document import Document
from models.errors import StorageError, TooLarge
from models.options import canonical_json
from services import pipeline
from services.extraction.values import ReadLimits
from services.inference.toolkit import Toolkit
from services.pipeline import Segmented
from services.runner.values import Limits, Progress, Request, Result
from services.segmentation.registry import parse_options

Emit = Callable[[Progress], None]


def serve(request: Request, limits: Limits, toolkit: Toolkit, emit: Emit) -> Result:
    """Parse and segment one document; any typed error, and LawViolation for a bug of ours."""
    if request.options is None:
        document = read_document(request, limits, emit)
        return Result((), {}, document.media_type, len(document.pages))
    options = parse_options(request.options)
    tools = toolkit.tools(options)  # before parsing: a missing tokenizer is said at once
    document = read_document(request, limits, emit)
    emit(Progress("chunking", len(document.pages), len(document.pages)))
    segmented = pipeline.chunk(document, options, tools)
    return Result(
        chunks=[wire_form(chunk, request.document, document.text) for chunk in segmented.chunks],
        manifest=manifest(segmented),
        media_type=document.media_type,
        page_count=len(document.pages),
    )


def _parse(request: Request, limits: Limits, emit: Emit) -> Document:
    if request.source.stat().st_size > limits.max_bytes:
        raise TooLarge(f"more than {limits.max_bytes} bytes")
    return pipeline.parse(
        request.source.read_bytes(),
        request.name,
        ReadLimits(max_pages=limits.max_pages),
        lambda done, total: emit(Progress("parsing", done, total)),
    )


def manifest(segmented: Segmented) -> dict[str, Any]:
    """What anybody can compute again from the text and the chunks; equal for equal input and options."""
    document, chunks, coverage = segmented.document, segmented.chunks, segmented.coverage
    drops = Counter(drop.reason.value for drop in document.drops)
    ids = canonical_json([[chunk.id, list(map(list, chunk.spans))] for chunk in chunks])
    return {
        "profile": PROFILE,
        "chunks": len(chunks),
        "tokens": sum(chunk.tokens for chunk in chunks),
        "coverage": {"covered": coverage.covered, "total": coverage.total, "share": coverage.share},
        "pages": len(document.pages),
        "pages_without_text": list(document.pages_without_text),
        "no_text": not document.has_text,
        "drops": dict(sorted(drops.items())),
        "text_sha256": hashlib.sha256(document.text.encode()).hexdigest(),
        "chunks_sha256": hashlib.sha256(ids.encode()).hexdigest(),
    }


def read_document(request: Request, limits: Limits, emit: Emit) -> Document:
    """The stored Document, or the source parsed anew and, if wanted, stored."""
    if request.artifact_in is not None:
        try:
            return artifact.load(request.artifact_in.read_bytes())
        except OSError as error:
            raise StorageError(str(error.strerror)) from error
    emit(Progress("parsing"))
    document = _parse(request, limits, emit)
    if request.artifact_out is not None:
        request.artifact_out.write_bytes(artifact.dump(document))
    return document
