"""What a parser may answer, held against it before anything is used: it may have been taken over."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from models.chunk import ChunkKind
from models.members import LONGEST_PATH, MOST_LISTED, is_path

STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
DEEPEST = 16


def _storable(text: str) -> str:
    """No NUL, no lone surrogate."""
    if "\0" in text:
        raise ValueError("a NUL character")
    text.encode()
    return text


def _known_kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError("no kind of chunk")
    return kind


def _member_path(path: str) -> str:
    if not is_path(path):
        raise ValueError("no path of a member")
    return path


def _plain(value: Any, depth: int = 0) -> Any:
    """JSON of strings that can be stored, not nested deeply."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        for name, item in value.items():
            _storable(name)
            _plain(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _plain(item, depth + 1)
    elif isinstance(value, str):
        _storable(value)
    return value


Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
PageNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
Offsets = Annotated[list[Count], Field(min_length=2, max_length=2)]
Edges = Annotated[list[float], Field(min_length=4, max_length=4)]
ChunkId = Annotated[str, Field(pattern=r"^chk_[0-9a-f]{32}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
LONGEST_VECTOR = 8192
Vector = Annotated[list[float], Field(max_length=LONGEST_VECTOR)]
Json = Annotated[dict[str, Any], AfterValidator(_plain)]
KINDS = frozenset(kind.value for kind in ChunkKind)
Kind = Annotated[str, AfterValidator(_known_kind)]


@with_config(STRICT)
class BoxForm(TypedDict):
    """One box on one page."""

    page: PageNumber
    box: Edges


@with_config(STRICT)
class ChunkForm(TypedDict):
    """models.chunk.wire_form."""

    id: ChunkId
    document: Text
    index: Count
    kind: Kind
    text: Text
    context: Text
    spans: Annotated[list[Offsets], Field(min_length=1)]
    tokens: Count
    headings: list[Text]
    pages: list[PageNumber]
    boxes: list[BoxForm]
    strategy: Name
    reason: Name
    parent: ChunkId | None
    previous: ChunkId | None
    next: ChunkId | None
    metadata: Json
    vector: Vector | None


@with_config(STRICT)
class VectorsForm(TypedDict):
    """services.inference.vectors: what the chunks' vectors were made with."""

    embedder: Name
    mode: Name
    size: Annotated[int, Field(ge=0, le=LONGEST_VECTOR)]


@with_config(STRICT)
class CoverageForm(TypedDict):
    """How much of the text the chunks hold."""

    covered: Count
    total: Count
    share: Annotated[float, Field(ge=0, le=1)]


@with_config(STRICT)
class ManifestForm(TypedDict):
    """services.runner.work.manifest."""

    profile: Name
    parser: Name
    chunks: Count
    tokens: Annotated[int, Field(ge=0)]
    coverage: CoverageForm
    pages: Count
    pages_without_text: list[PageNumber]
    pages_failed: list[PageNumber]
    pages_seen: list[PageNumber]
    no_text: bool
    drops: dict[Name, Count]
    vectors: VectorsForm | None
    text_sha256: Digest
    chunks_sha256: Digest


@with_config(STRICT)
class MemberForm(TypedDict):
    """models.members.Member."""

    path: Annotated[str, AfterValidator(_member_path)]
    size: Count


@with_config(STRICT)
class LeftOutForm(TypedDict):
    """models.members.LeftOut."""

    path: Annotated[Text, Field(max_length=LONGEST_PATH + 1)]
    reason: Name


@with_config(STRICT)
class SkippedForm(TypedDict):
    """What was left out of an archive: all counted by reason, the first ones listed."""

    counts: dict[Name, Count]
    files: Annotated[list[LeftOutForm], Field(max_length=MOST_LISTED)]


@with_config(STRICT)
class ArchiveForm(TypedDict):
    """services.runner.unpacking.manifest."""

    profile: Name
    parser: Name
    chunks: Literal[0]
    members: Count
    skipped: SkippedForm


@with_config(STRICT)
class ResultForm(TypedDict):
    """A Result without its chunks; the manifest is empty where nothing was cut."""

    manifest: dict[str, Any]
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]{1,100}$")]
    page_count: Count
    counted_only: bool
    needs_eyes: bool


@with_config(STRICT)
class ProgressForm(TypedDict):
    """Progress."""

    stage: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]
    pages_done: Count
    pages_total: Count | None


@with_config(STRICT)
class ErrorForm(TypedDict):
    """A KerfError as it crosses the process boundary."""

    code: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    detail: Text | None
    pointer: Name | None


CHUNKS = TypeAdapter(list[ChunkForm])
MANIFEST = TypeAdapter(ManifestForm)
MEMBERS = TypeAdapter(list[MemberForm])
ARCHIVE = TypeAdapter(ArchiveForm)
RESULT = TypeAdapter(ResultForm)
PROGRESS = TypeAdapter(ProgressForm)
ERROR = TypeAdapter(ErrorForm)
TRACE = TypeAdapter(Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=50)])
