"""The declarative base: every constraint has a predictable name, so migrations can refer to it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import DateTime, ForeignKey, MetaData, func
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

LONGEST_TRACEPARENT = 55
"""Of W3C Trace Context, version 00."""


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Base of all rows; keyword-only construction."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}


class Tenanted(MappedAsDataclass, kw_only=True):
    """Every row belongs to one tenant."""

    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"), index=True)


class Timestamped(MappedAsDataclass, kw_only=True):
    """When the row was made, by the database's clock (statement time, so rows of one transaction differ)."""

    created_at: Mapped[datetime] = mapped_column(
        server_default=func.clock_timestamp(), init=False, default=None
    )
