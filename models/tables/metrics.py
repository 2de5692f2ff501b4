"""Counters that outlive the processes that count: appended without waiting, added up now and then."""

from sqlalchemy import BigInteger, Double
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from models.tables.base import Base


class Counted(MappedAsDataclass, kw_only=True):
    """`count` observations that sum to `total`. `bucket` is the upper edge they fall under; 0 if none."""

    name: Mapped[str]
    label: Mapped[str]
    bucket: Mapped[float] = mapped_column(Double)
    count: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[float] = mapped_column(Double)


class SampleRecord(Counted, Base):
    """What one transaction has to add: rows that nobody else ever waits for."""

    __tablename__ = "metric_samples"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True, init=False)


class TotalRecord(Base):
    """What was added up so far."""

    __tablename__ = "metric_totals"

    name: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    bucket: Mapped[float] = mapped_column(Double, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[float] = mapped_column(Double)
