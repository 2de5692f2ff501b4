"""How many pages were read for a tenant."""

from datetime import date

from sqlalchemy import BigInteger, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, Tenanted


class PageCountRecord(Tenanted, Base):
    """Pages of documents whose jobs have ended on a day (UTC). Documents that are deleted still count."""

    __tablename__ = "page_counts"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "day"),)

    day: Mapped[date]
    pages: Mapped[int] = mapped_column(BigInteger)
