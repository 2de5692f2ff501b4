"""The answers of one document's process, taken as what they are: untrusted."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError

from models.error_forms import by_code
from models.errors import (
    DocumentError,
    InvalidInput,
    KerfError,
    MemoryLimit,
    ModelError,
    NetworksLost,
    Stage,
    StorageError,
    WorkerCrashed,
)
from models.limits import Limits
from models.members import Member
from services.runner import shapes
from services.runner.shapes import ChunkForm, ErrorForm, ResultForm
from services.runner.values import PICTURES_AT_ONCE, Progress, Request, Result

LOG = structlog.get_logger(__name__)

LONGEST_DETAIL = 500
TRUSTED = (DocumentError, InvalidInput, MemoryLimit, ModelError, NetworksLost, StorageError)
"""What a parser may say of a document; anything else it says is taken for a bug."""

T = TypeVar("T")


class Incoming:
    """Takes the messages of one request; `finish` gives the Result or raises the error that was told.

    WorkerCrashed at the first message that does not have its shape or contradicts another.
    """

    def __init__(self, request: Request, limits: Limits) -> None:
        self._request = request
        self._limits = limits
        self._chunks: list[ChunkForm] = []
        self._members: list[Member] = []
        self._result: Result | None = None
        self._error: KerfError | None = None

    def take(self, message: Mapping[str, Any]) -> Progress | None:
        """Progress if the message tells it; everything else is kept."""
        if self.is_complete:
            raise WorkerCrashed("the parser went on after its answer")
        match message:
            case {"progress": progress, **rest} if not rest:
                return self._progress(progress)
            case {"chunks": chunks, **rest} if not rest:
                portion: list[ChunkForm] = _held(shapes.CHUNKS, chunks)
                self._chunks += portion
            case {"members": members, **rest} if not rest:
                self._members += [Member(**member) for member in _held(shapes.MEMBERS, members)]
            case {"result": result, **rest} if not rest:
                self._result = self._whole(_held(shapes.RESULT, result))
            case {"error": error, **rest} if rest.keys() <= {"trace"}:
                self._error = _error(_held(shapes.ERROR, error), rest.get("trace", []))
            case _:
                raise WorkerCrashed("the parser sent a message of no known kind")
        return None

    @property
    def is_complete(self) -> bool:
        """Whether the answer has come."""
        return self._result is not None or self._error is not None

    def finish(self) -> Result | None:
        """The Result, None when the process ended without an answer; the error that was told."""
        if self._error is not None:
            raise self._error
        return self._result

    def _progress(self, raw: object) -> Progress:
        progress = Progress(**_held(shapes.PROGRESS, raw))
        total = progress.pages_total
        most = self._limits.max_listed if progress.stage == Stage.UNPACKING else self._limits.max_pages
        if max(progress.pages_done, total or 0) > most:
            raise WorkerCrashed("the parser counted more pages than there may be")
        if total is not None and progress.pages_done > total:
            raise WorkerCrashed("the parser counted more pages than there are")
        return progress

    def _whole(self, raw: ResultForm) -> Result:
        """Chunks and manifest agree with each other and with what was asked."""
        result = Result(self._chunks, **raw, members=tuple(self._members))
        if self._members:
            agrees = self._is_archive(result)
        elif self._request.options is None or result.counted_only or result.needs_eyes:
            agrees = not result.chunks and not result.manifest and self._may_count(result)
        else:
            manifest = _held(shapes.MANIFEST, result.manifest)
            agrees = (
                manifest["chunks"] == len(result.chunks)
                and manifest["tokens"] == sum(chunk["tokens"] for chunk in result.chunks)
                and manifest["pages"] == result.page_count
                and _are_ordered(self._chunks, self._request.document, result.page_count)
            )
        if not agrees or result.page_count > self._limits.max_pages:
            raise WorkerCrashed("the parser's answer contradicts itself")
        return result

    def _is_archive(self, result: Result) -> bool:
        """Members were asked for, each has a path of its own, they are not too many, and there is no more."""
        manifest = _held(shapes.ARCHIVE, result.manifest)
        count = len(self._members)
        return (
            self._request.unpack
            and not (result.chunks or result.page_count or result.counted_only or result.needs_eyes)
            and manifest["members"] == count <= self._limits.max_members
            and len({member.path for member in self._members}) == count
        )

    def _may_count(self, result: Result) -> bool:
        """Counting is no answer unless it was asked for, and the pages are more than may be read at once.

        Nor can eyes be missing where they are given.
        """
        most = self._request.whole_up_to
        if result.needs_eyes:
            counted = most is not None and result.page_count > PICTURES_AT_ONCE
            return not self._request.seeing and (counted or not result.counted_only)
        return not result.counted_only or (most is not None and result.page_count > most)


def _are_ordered(chunks: Sequence[ChunkForm], document: str, pages: int) -> bool:
    """One document's chunks, numbered and chained, none twice, on pages that exist."""
    ids = [chunk["id"] for chunk in chunks]
    neighbours = zip([None, *ids[:-1]], [*ids[1:], None], strict=True) if ids else ()
    return len(set(ids)) == len(ids) and all(
        (chunk["index"], chunk["document"], chunk["previous"], chunk["next"]) == (index, document, *around)
        and all(page <= pages for page in chunk["pages"])
        and all(start < end for start, end in chunk["spans"])
        for index, (chunk, around) in enumerate(zip(chunks, neighbours, strict=True))
    )


def _error(raw: ErrorForm, trace: object) -> KerfError:
    kind = by_code().get(raw["code"], KerfError)
    if not issubclass(kind, TRUSTED):
        LOG.error("parser_bug", code=raw["code"], trace=_held(shapes.TRACE, trace))
        return KerfError()
    detail = raw["detail"]
    return kind(detail and detail[:LONGEST_DETAIL], pointer=raw["pointer"])


def _held(shape: TypeAdapter[T], raw: object) -> T:
    try:
        return shape.validate_python(raw)
    except (ValidationError, RecursionError) as error:
        raise WorkerCrashed("the parser's answer does not have its shape") from error
