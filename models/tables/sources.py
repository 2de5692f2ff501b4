"""Columns that several tables share: which bytes something was made from, and what reading them gave."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column


class Named(MappedAsDataclass, kw_only=True):
    """A file: the name it came under, and how it is read, which is ParsingOptions in their stored form."""

    name: Mapped[str]
    parsing: Mapped[dict[str, Any]] = mapped_column(JSONB, default_factory=dict, server_default="{}")


class Sourced(Named, kw_only=True):
    """A file whose bytes are here: their address (SHA-256) and their number."""

    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)


class Awaited(Named, kw_only=True):
    """A file whose bytes are here, or are to be fetched: then address and number are both None."""

    sha256: Mapped[str | None] = mapped_column(index=True, default=None)
    size: Mapped[int | None] = mapped_column(BigInteger, default=None)

    @property
    def stored(self) -> tuple[str, int]:
        """Address and number of the bytes; LookupError as long as they are not here."""
        if self.sha256 is None or self.size is None:
            raise LookupError("the bytes are not here")
        return self.sha256, self.size


class Parsed(MappedAsDataclass, kw_only=True):
    """What reading the file gave; `artifact` is the address of the parsed form."""

    media_type: Mapped[str | None] = mapped_column(default=None)
    page_count: Mapped[int | None] = mapped_column(default=None)
    artifact: Mapped[str | None] = mapped_column(default=None)


class Found(MappedAsDataclass, kw_only=True):
    """What is worth knowing before any chunk is read; None until a version was made.

    `no_text`: there was nothing to cut. `pages_failed` is how many pages could not be read; the version's
    manifest lists them. `members` is how many documents an archive holds, None of what is none.
    """

    no_text: Mapped[bool | None] = mapped_column(default=None)
    pages_failed: Mapped[int | None] = mapped_column(default=None)
    members: Mapped[int | None] = mapped_column(default=None)
