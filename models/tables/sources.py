"""Columns that several tables share: which bytes something was made from, and what reading them gave."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column


class Sourced(MappedAsDataclass, kw_only=True):
    """An uploaded file: the name it came under, the address of its bytes (SHA-256), their number."""

    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigInteger)


class Parsed(MappedAsDataclass, kw_only=True):
    """What reading the file gave; `artifact` is the address of the parsed form."""

    media_type: Mapped[str | None] = mapped_column(default=None)
    page_count: Mapped[int | None] = mapped_column(default=None)
    artifact: Mapped[str | None] = mapped_column(default=None)
