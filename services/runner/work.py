"""What is done for one request: read or parse, segment, describe."""

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from models import artifact
from models.chunk import PROFILE, wire_form
from models.document import Document
from models.errors import ExpansionLimit, TooManyPages
from models.limits import MEGABYTE, Limits
from models.options import ChunkingOptions, canonical_json
from models.parsed import parser_profile
from services import pipeline
from services.extraction import ranges
from services.extraction.media import PDF, check_name
from services.extraction.seeing import BLIND, Sight
from services.extraction.sight import EyesNeeded
from services.inference.toolkit import Toolkit
from services.pipeline import Segmented
from services.runner.files import Files
from services.runner.unpacking import unpacked
from services.runner.values import PICTURES_AT_ONCE, Progress, Request, Result
from services.runner.written import largest_file
from services.segmentation.registry import parse_options
from services.segmentation.tools import Tools

Emit = Callable[[Progress], None]


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
    sight: Sight = BLIND


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
    try:
        with uncollected():
            return done(request, how, means)
    except EyesNeeded:
        return without_eyes(request, means)


def without_eyes(request: Request, means: Means) -> Result:
    """The answer where there are pictures to be read and nothing to read them with."""
    if request.whole_up_to is None or request.pages is not None:
        return Result((), {}, PDF, 0, needs_eyes=True)
    count = ranges.page_count(source_of(request, means), means.limits) or 0
    return Result((), {}, PDF, count, counted_only=count > PICTURES_AT_ONCE, needs_eyes=True)


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
    if request.parts is None and request.artifact_in is None:
        members = unpacked(request, means.files, means.limits, means.emit)
        if members is not None:
            return members
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
    vectors = segmented.vectors or repeat(None, len(segmented.chunks))
    return Result(
        chunks=[
            wire_form(chunk, request.document, document.text, vector)
            for chunk, vector in zip(segmented.chunks, vectors, strict=True)
        ],
        manifest=manifest(segmented, how.options),
        media_type=document.media_type,
        page_count=len(document.pages),
    )


def read_range(request: Request, numbers: range, means: Means) -> Result:
    """The raw pages of one range, kept; the count is that of the range."""
    means.emit(Progress("parsing", 0, len(numbers)))
    part = ranges.read_range(source_of(request, means), numbers, means.limits, parsing(means), means.sight)
    if request.artifact_out is not None:
        means.files.write(request.artifact_out, part)
    return Result((), {}, PDF, len(numbers))


def manifest(segmented: Segmented, options: ChunkingOptions) -> dict[str, Any]:
    """What anybody can compute again from the text and the chunks; equal for equal input and options."""
    document, chunks, coverage = segmented.document, segmented.chunks, segmented.coverage
    drops = Counter(drop.reason.value for drop in document.drops)
    ids = canonical_json([[chunk.id, list(map(list, chunk.spans))] for chunk in chunks])
    return {
        "profile": PROFILE,
        "parser": parser_profile(),
        "chunks": len(chunks),
        "tokens": sum(chunk.tokens for chunk in chunks),
        "coverage": {"covered": coverage.covered, "total": coverage.total, "share": coverage.share},
        "pages": len(document.pages),
        "pages_without_text": list(document.pages_without_text),
        "pages_failed": list(document.pages_failed),
        "pages_seen": list(document.pages_seen),
        "no_text": not document.has_text,
        "drops": dict(sorted(drops.items())),
        "vectors": None if segmented.vectors is None else made_with(options, segmented.vectors),
        "text_sha256": hashlib.sha256(document.text.encode()).hexdigest(),
        "chunks_sha256": hashlib.sha256(ids.encode()).hexdigest(),
    }


def read_document(request: Request, means: Means) -> Document:
    """The stored Document, or the source parsed anew (or bound from its ranges) and, if wanted, stored."""
    if request.artifact_in is not None:
        stored = means.files.read(request.artifact_in, limit=largest_file(means.limits))
        return within(artifact.load(stored, most=means.limits.max_stored_bytes), means.limits)
    means.emit(Progress("parsing"))
    data = source_of(request, means)
    if request.parts is not None:
        parts = means.files.read(request.parts, limit=means.limits.memory_mb * MEGABYTE)
        document = pipeline.bind(data, parts, means.limits)
    else:
        document = pipeline.parse(data, request.name, means.limits, parsing(means), means.sight)
    if request.artifact_out is not None:
        stored = artifact.dump(document, most=means.limits.max_stored_bytes)
        means.files.write(request.artifact_out, stored)
    return document


def within(document: Document, limits: Limits) -> Document:
    """The stored document, unless limits have become smaller since: TooManyPages, ExpansionLimit."""
    if len(document.pages) > limits.max_pages:
        raise TooManyPages(f"The document has {len(document.pages)} pages; the limit is {limits.max_pages}.")
    if len(document.text) > limits.max_characters:
        raise ExpansionLimit(f"The document has more than {limits.max_characters} characters.")
    return document


def source_of(request: Request, means: Means) -> bytes:
    """The uploaded bytes; TooLarge."""
    return means.files.read(request.source, limit=means.limits.max_bytes)


def parsing(means: Means) -> Callable[[int, int], None]:
    """Tells of pages as they are read."""
    return lambda done, total: means.emit(Progress("parsing", done, total))


def made_with(options: ChunkingOptions, vectors: Sequence[Sequence[float]]) -> dict[str, Any]:
    """What the vectors are, for whoever is to compare queries with them."""
    size = max(map(len, vectors), default=0)
    return {"embedder": options.vector_embedder, "mode": options.vectors.value, "size": size}
