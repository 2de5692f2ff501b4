"""Lists: a page of items and the cursor that gets the next one."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.pagination import LONGEST, Place
from api.text import NO_NUL

Item = TypeVar("Item")

DOCUMENT_ID = r"^doc_[0-9A-Za-z_-]{1,60}$"

Cursor = Annotated[
    str,
    Field(
        max_length=LONGEST,
        pattern=NO_NUL,
        description="`next_cursor` of the page before; opaque, do not make one.",
    ),
]


class Page(BaseModel, Generic[Item]):
    """Some items; `next_cursor` is null on the last page."""

    data: list[Item]
    next_cursor: str | None = Field(
        description="Send as `cursor` to get the next page; null when this is the last."
    )


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=200, description="At most this many items.")] = 50
    cursor: Cursor | None = None

    def place(self) -> Place | None:
        """Where the page before ended; None for the first one. InvalidCursor."""
        return None if self.cursor is None else Place.decode(self.cursor)
