"""What is left of the requests that a key may send."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class BucketRecord(Base):
    """A bucket of tokens that fills evenly; every request takes one. `taken`: whether the last one got one.

    Not logged: a crash of the server fills all buckets, and no request waits for a disk.
    """

    __tablename__ = "rate_buckets"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    id: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float]
    at: Mapped[datetime]
    taken: Mapped[bool]
