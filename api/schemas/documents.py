"""Documents on the wire."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.pagination import DiffPlace
from api.schemas.paging import DOCUMENT_ID, Cursor, Page, PageQuery
from api.text import NO_NUL
from models.diff import Change, Entry
from models.errors import InvalidCursor
from models.options import ParsingOptions
from models.tables.documents import DocumentRecord, VersionRecord
from services.infra.plain import LARGEST


class DocumentOut(BaseModel):
    """An uploaded file; of one with several versions, what the current version was made from."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "doc_4b1f0c9a7d2e8f3061c5a9e7",
                    "name": "agreement.pdf",
                    "sha256": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                    "size": 183204,
                    "media_type": "application/pdf",
                    "page_count": 12,
                    "no_text": False,
                    "pages_failed": 0,
                    "version": 1,
                    "external_id": "contracts/4711",
                    "archive": None,
                    "members": None,
                    "created_at": "2026-01-05T10:00:00.000000Z",
                }
            ]
        }
    )

    id: str
    name: str = Field(description="The name it was uploaded under, or is fetched by.")
    sha256: str | None = Field(description="Of its bytes, in hex; null as long as they were not fetched.")
    size: int | None = Field(ge=0, description="Bytes; null as long as they were not fetched.")
    media_type: str | None = Field(description="Found in its bytes; null until it has been read.")
    page_count: int | None
    no_text: bool | None = Field(description="There was no text to cut; null until a job has succeeded.")
    pages_failed: int | None = Field(
        ge=0, description="Pages that could not be read; the version's manifest lists them."
    )
    version: int | None = Field(
        description="The current version of its chunks; null until a job has succeeded."
    )
    external_id: str | None = Field(description="The caller's own name for it.")
    archive: str | None = Field(
        description="Id of the archive that it is a member of; `name` is then its path in there."
    )
    members: int | None = Field(ge=0, description="How many documents an archive holds; null for others.")
    created_at: datetime

    @classmethod
    def of(cls, row: DocumentRecord) -> "DocumentOut":
        """The row as callers see it."""
        return cls(
            id=row.id,
            name=row.name,
            sha256=row.sha256,
            size=row.size,
            media_type=row.media_type,
            page_count=row.page_count,
            no_text=row.no_text,
            pages_failed=row.pages_failed,
            version=row.current_version,
            external_id=row.external_id,
            archive=row.archive_id,
            members=row.members,
            created_at=row.created_at,
        )


class DiffCounts(BaseModel):
    """How many chunks changed against another version."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    before: int = Field(
        alias="from", ge=0, description="The version compared with; 0 is none, without chunks."
    )
    removed: int = Field(ge=0)
    added: int = Field(ge=0)
    moved: int = Field(ge=0, description="In both, and out of the order that the unchanged ones keep.")
    unchanged: int = Field(ge=0, description="In both, in the same order among themselves.")


class VersionOut(BaseModel):
    """One complete set of chunks: what was asked for and what was measured."""

    number: int = Field(ge=1, description="A larger number was asked for later.")
    sha256: str = Field(description="Of the bytes it was made from.")
    diff: DiffCounts | None = Field(
        description="Against the version that was current before; null if this one never was current."
    )
    job: str = Field(description="The job that made it.")
    options: dict[str, Any]
    parsing: ParsingOptions = Field(description="How the bytes were read.")
    manifest: dict[str, Any] = Field(
        description="Counts, coverage, pages without text, declared drops and hashes of this version."
    )
    created_at: datetime

    @classmethod
    def of(cls, row: VersionRecord) -> "VersionOut":
        """The row as callers see it."""
        return cls(
            number=row.number,
            sha256=row.sha256,
            diff=DiffCounts.model_validate(row.diff) if row.diff else None,
            job=row.job_id,
            options=row.options,
            parsing=ParsingOptions(**row.parsing),
            manifest=row.manifest,
            created_at=row.created_at,
        )


class VersionsOut(BaseModel):
    """The versions of a document that are kept."""

    data: list[VersionOut]


class DocumentDetail(DocumentOut):
    """A document and what its current version was made with."""

    result: VersionOut | None = Field(description="The current version; null until a job has succeeded.")


class DocumentPage(Page[DocumentOut]):
    """A page of documents."""


class DocumentsQuery(PageQuery):
    """Which documents."""

    external_id: Annotated[
        str | None, Field(max_length=255, pattern=NO_NUL, description="Only the document of this name.")
    ] = None

    archive: Annotated[
        str | None, Field(pattern=DOCUMENT_ID, description="Only members of this archive.")
    ] = None


class VersionQuery(BaseModel):
    """Which version of a document."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[
        int | None,
        Field(ge=1, le=LARGEST, description="A version of the document; the current one if not given."),
    ] = None


class EntryOut(BaseModel):
    """One chunk and what became of it."""

    change: Change
    id: str = Field(description="Id of the chunk.")
    before: int | None = Field(description="Its index in the older version; null if it was added.")
    after: int | None = Field(description="Its index in the newer version; null if it was removed.")

    @classmethod
    def of(cls, entry: Entry) -> "EntryOut":
        """The entry as callers see it."""
        return cls(change=entry.change, id=entry.id, before=entry.before, after=entry.after)


class DiffQuery(BaseModel):
    """Which two versions, and which page of their difference."""

    model_config = ConfigDict(extra="forbid")

    before: Annotated[
        int | None,
        Field(
            alias="from",
            ge=0,
            le=LARGEST,
            description="The older version; the one before `to` if not given. 0 is none, without chunks.",
        ),
    ] = None
    after: Annotated[
        int | None,
        Field(alias="to", ge=1, le=LARGEST, description="The newer version; the current one if not given."),
    ] = None
    unchanged: Annotated[
        bool, Field(description="List unchanged chunks too, last, with their indices in both versions.")
    ] = False
    limit: Annotated[int, Field(ge=1, le=1000, description="At most this many chunks.")] = 200
    cursor: Cursor | None = None

    def start(self) -> DiffPlace | None:
        """Where the page before ended. InvalidCursor for one of another pair of versions."""
        if self.cursor is None:
            return None
        place = DiffPlace.decode(self.cursor)
        if self.before not in {None, place.before} or self.after not in {None, place.after}:
            raise InvalidCursor("The cursor belongs to other versions.")
        return place


class DiffPage(Page[EntryOut]):
    """A page of what changed from one version to another: removed, added, moved, then unchanged chunks."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    after: int = Field(alias="to", ge=1)
    counts: DiffCounts
