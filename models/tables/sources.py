"""Columns that several tables share: which bytes something was made from, and what reading them gave."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column


class Sourced(MappedAsDataclass, kw_only=True):
    """An uploaded file: the name it came under, the address of its bytes (SHA-256), their number.

    `parsing` says how it is read: ParsingOptions in their stored form.
    """

    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    parsing: Mapped[dict[str, Any]] = mapped_column(JSONB, default_factory=dict, server_default="{}")


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
