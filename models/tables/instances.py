"""Who is there: workers and maintenance processes, as they last said so."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class InstanceRecord(Base):
    """One start of a worker, or of what runs the loops; a restart is another instance.

    It was heard of again and again from `since` until `seen_at`, without a longer silence in between.
    A worker works on as many documents at a time as it has `slots`; 0 is a worker that has not said.
    At `seen_at` its processes held `memory` bytes, and each of its `loops` had ended a round so long ago (s).
    """

    __tablename__ = "instances"
    __table_args__ = (CheckConstraint("role IN ('worker','beat')", name="role"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    slots: Mapped[int] = mapped_column(default=0, server_default="0")
    memory: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    loops: Mapped[dict[str, float]] = mapped_column(JSONB, default_factory=dict, server_default="{}")
