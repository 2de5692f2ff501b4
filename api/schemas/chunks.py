"""Chunks on the wire: the fields of `models.chunk.wire_form`, no more and no fewer."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.pagination import ChunkPlace
from api.schemas.paging import DOCUMENT_ID, Cursor, Page
from api.text import NO_NUL
from models.chunk import ChunkKind
from models.errors import InvalidCursor
from services.documents.chunks import ChunkQuery
from services.infra.plain import LARGEST

MAX_PAGE = 1000


class PageBoxOut(BaseModel):
    """A rectangle on one page."""

    page: int = Field(ge=1, description="Page number, from 1.")
    box: tuple[float, float, float, float] = Field(
        description="Left, top, right, bottom in points from the page's top left, the page rotated upright."
    )


class ChunkOut(BaseModel):
    """A chunk of a document. Its text is exactly the pieces at `spans`, joined by one blank line."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "chk_0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e",
                    "document": "doc_4b1f0c9a7d2e8f3061c5a9e7",
                    "index": 0,
                    "kind": "text",
                    "text": "Either party may terminate this Agreement upon thirty days' written notice.",
                    "context": "Part II › 7 Termination",
                    "spans": [[1204, 1279]],
                    "tokens": 24,
                    "headings": ["Part II", "7 Termination"],
                    "pages": [3],
                    "boxes": [{"page": 3, "box": [72.0, 640.1, 540.0, 705.9]}],
                    "strategy": "recursive",
                    "reason": "target size",
                    "parent": None,
                    "previous": None,
                    "next": "chk_91c2e3f4a5b6978812233445566778ab",
                    "metadata": {},
                    "vector": None,
                }
            ]
        }
    )

    id: str = Field(
        description="Stable: equal text under equal headings keeps its id when other text changes."
    )
    document: str = Field(description="Id of the document.")
    index: int = Field(ge=0, description="Place among the document's chunks, from 0.")
    kind: ChunkKind
    text: str
    context: str = Field(
        description="Headings above the chunk that its own text does not have; a blank line below them the "
        "header of the table that the chunk goes on with. No longer than a quarter of the cap."
    )
    spans: list[tuple[int, int]] = Field(
        description="Code points of the document's canonical text, end exclusive."
    )
    tokens: int = Field(ge=0, description="Of context and text together, special tokens included.")
    headings: list[str] = Field(description="Path of headings, outermost first.")
    pages: list[int] = Field(description="Page numbers, from 1.")
    boxes: list[PageBoxOut] = Field(description="Where the words are on each page.")
    strategy: str
    reason: str = Field(description="Why the text was cut here.")
    parent: str | None
    previous: str | None
    next: str | None
    metadata: dict[str, Any] = Field(
        description="`lines`: first and last line, of source code. `table_header`: spans of the header rows "
        "of the table that the chunk goes on with; their words are in the context."
    )
    vector: list[float] | None = Field(
        description="Of length 1; where the option `vectors` had one made and `vectors=true` asks for it."
    )


Vectors = Annotated[bool, Field(description="Chunks come with their vectors.")]


class ChunksQuery(BaseModel):
    """Which chunks of a document, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    page: Annotated[int | None, Field(ge=1, le=LARGEST, description="Only chunks that touch this page.")] = (
        None
    )
    heading: Annotated[
        str | None,
        Field(
            max_length=1000,
            pattern=NO_NUL,
            description="Only chunks with a heading above them that contains this, in any case of letters.",
        ),
    ] = None
    section: Annotated[
        str | None,
        Field(
            max_length=1000,
            pattern=NO_NUL,
            description="Only chunks of the section with this number (`4.2`) or citation (`Art. 5 § 2`), as "
            "the strategy `section` gives them.",
        ),
    ] = None
    version: Annotated[
        int | None,
        Field(ge=1, le=LARGEST, description="A version of the document; the current one if not given."),
    ] = None
    vectors: Vectors = False
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE, description="At most this many chunks.")] = 100
    cursor: Cursor | None = None

    def start(self) -> tuple[int | None, int]:
        """The version to read, None for the current one, and the index to go on after. InvalidCursor."""
        if self.cursor is None:
            return self.version, -1
        place = ChunkPlace.decode(self.cursor)
        if self.version not in {None, place.version}:
            raise InvalidCursor("The cursor belongs to another version.")
        return place.version, place.last

    def chosen(self, version: int | None) -> ChunkQuery:
        """What to look for in that version."""
        return ChunkQuery(version, self.page, self.heading, self.section, self.vectors)


class OneChunkQuery(BaseModel):
    """Which occurrence of a chunk."""

    model_config = ConfigDict(extra="forbid")

    document: Annotated[
        str | None,
        Field(pattern=DOCUMENT_ID, description="The chunk of this document and no other."),
    ] = None
    vectors: Vectors = False


class ChunkPage(Page[ChunkOut]):
    """A page of chunks."""
