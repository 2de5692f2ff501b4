"""What is done for one request: read or parse, segment, describe."""

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from models import artifact
from models.chunk import PROFILE, wire_form
from models.document import Document
from models.limits import Limits
from models.options import ChunkingOptions, canonical_json
from services import pipeline
from services.extraction import ranges
from services.extraction.media import PDF, check_name
from services.inference.toolkit import Toolkit
from services.pipeline import Segmented
from services.runner.files import Files
from services.runner.values import Progress, Request, Result
from services.segmentation.registry import parse_options
from services.segmentation.tools import Tools

Emit = Callable[[Progress], None]

LARGEST_ARTIFACT = 1 << 30
"""Bytes of a stored Document."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to cut, and with what. Made where files may still be opened."""

    options: ChunkingOptions
    tools: Tools


@dataclass(frozen=True, slots=True)
class Means:
    """What the work may use: files, how much of everything, and somebody to tell how far it is."""

    files: Files
    limits: Limits
    emit: Emit


def plan(request: Request, toolkit: Toolkit) -> Plan | None:
    """What the request's options ask for, None when it is only to be parsed.

    InvalidOptions, StrategyUnavailable, TokenizerUnavailable: said before anything is parsed.
    """
    if request.options is None:
        return None
    options = parse_options(request.options)
    return Plan(options, toolkit.tools(options))


def serve(request: Request, how: Plan | None, means: Means) -> Result:
    """Do what the request says; any typed error, and LawViolation for a bug of ours."""
    with uncollected():
        return done(request, how, means)


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles of garbage meanwhile: pages are millions of small values without any.

    Walking all of them again and again takes a third of the time of a long document.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def done(request: Request, how: Plan | None, means: Means) -> Result:
    """What `serve` answers."""
    if request.pages is not None:
        return read_range(request, range(request.pages[0], request.pages[1] + 1), means)
    if request.whole_up_to is not None and request.parts is None and request.artifact_in is None:
        count = ranges.page_count(source_of(request, means), means.limits) or 0
        if count > request.whole_up_to:
            check_name(PDF, request.name)
            return Result((), {}, PDF, count, counted_only=True)
    document = read_document(request, means)
    if how is None:
        return Result((), {}, document.media_type, len(document.pages))
    means.emit(Progress("chunking", len(document.pages), len(document.pages)))
    segmented = pipeline.chunk(document, how.options, how.tools)
    return Result(
        chunks=[wire_form(chunk, request.document, document.text) for chunk in segmented.chunks],
        manifest=manifest(segmented),
        media_type=document.media_type,
        page_count=len(document.pages),
    )


def read_range(request: Request, numbers: range, means: Means) -> Result:
    """The raw pages of one range, kept; the count is that of the range."""
    means.emit(Progress("parsing", 0, len(numbers)))
    part = ranges.read_range(source_of(request, means), numbers, means.limits, parsing(means))
    if request.artifact_out is not None:
        means.files.write(request.artifact_out, part)
    return Result((), {}, PDF, len(numbers))


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
        "pages_failed": list(document.pages_failed),
        "no_text": not document.has_text,
        "drops": dict(sorted(drops.items())),
        "text_sha256": hashlib.sha256(document.text.encode()).hexdigest(),
        "chunks_sha256": hashlib.sha256(ids.encode()).hexdigest(),
    }


def read_document(request: Request, means: Means) -> Document:
    """The stored Document, or the source parsed anew (or bound from its ranges) and, if wanted, stored."""
    if request.artifact_in is not None:
        return artifact.load(means.files.read(request.artifact_in, limit=LARGEST_ARTIFACT))
    means.emit(Progress("parsing"))
    data = source_of(request, means)
    if request.parts is not None:
        parts = means.files.read(request.parts, limit=LARGEST_ARTIFACT)
        document = pipeline.bind(data, parts, means.limits)
    else:
        document = pipeline.parse(data, request.name, means.limits, parsing(means))
    if request.artifact_out is not None:
        means.files.write(request.artifact_out, artifact.dump(document))
    return document


def source_of(request: Request, means: Means) -> bytes:
    """The uploaded bytes; TooLarge."""
    return means.files.read(request.source, limit=means.limits.max_bytes)


def parsing(means: Means) -> Callable[[int, int], None]:
    """Tells of pages as they are read."""
    return lambda done, total: means.emit(Progress("parsing", done, total))
