"""Tenants and their API keys."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.scopes import Scope
from models.tables.base import Base, Tenanted, Timestamped

DEFAULT_TENANT = "default"


class TenantRecord(Timestamped, Base):
    """A customer of one installation; the migration makes one named `default`.

    `lowered` names the limits of one document that are smaller for this tenant than for others, `quotas` what
    is otherwise for it of its share of the installation (models.quotas).
    `retention` is how long a document is kept after its last job; None keeps it. Since `erasing_at` all that
    belongs to the tenant is being removed, and the tenant at last.
    """

    __tablename__ = "tenants"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    lowered: Mapped[dict[str, float] | None] = mapped_column(JSONB(none_as_null=True), default=None)
    quotas: Mapped[dict[str, float] | None] = mapped_column(JSONB(none_as_null=True), default=None)
    retention: Mapped[timedelta | None] = mapped_column(default=None)
    erasing_at: Mapped[datetime | None] = mapped_column(default=None)


class ErasureRecord(Tenanted, Base):
    """The address of bytes of a tenant that is being erased, whose rows are gone already."""

    __tablename__ = "erasures"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "address"),)

    address: Mapped[str]


class ApiKeyRecord(Timestamped, Tenanted, Base):
    """An API key: the first characters to recognise it by and a digest of the whole; never the key.

    The digest is keyed (services.infra.peppers). `last_used_at` is right to a minute.
    """

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("scope IN ('read','write','admin')", name="scope"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    prefix: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    scope: Mapped[str] = mapped_column(default=Scope.WRITE, server_default=Scope.WRITE)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
