"""API keys and their tenant on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.paging import Page
from api.schemas.webhooks import Moment
from api.text import NO_NUL, Text
from models.scopes import Scope
from models.tables.tenants import ApiKeyRecord
from services.keys import LONGEST_NAME

SCOPE = "`read` looks at things, `write` makes and deletes them too, `admin` manages the tenant's keys too."


class KeyIn(BaseModel):
    """A key to make."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "indexer", "scope": "read", "expires_at": "2030-01-01T00:00:00Z"}]
        },
    )

    name: Annotated[
        Text,
        Field(
            min_length=1,
            max_length=LONGEST_NAME,
            description="What it is for.",
            json_schema_extra={"pattern": NO_NUL},
        ),
    ]
    scope: Annotated[Scope, Field(description=SCOPE)] = Scope.WRITE
    expires_at: Annotated[
        Moment | None,
        Field(
            description="From when on it is refused; never if not given, or with the key that asks. "
            "Not later than that, and within 100 years."
        ),
    ] = None


class KeyOut(BaseModel):
    """A key, without what makes it one."""

    id: str
    name: str
    prefix: str = Field(description="How it begins, to recognise it by.", examples=["kerf_Zk3q9A"])
    scope: Scope = Field(description=SCOPE)
    created_at: datetime
    expires_at: datetime | None = Field(description="From when on it is refused; null for never.")
    last_used_at: datetime | None = Field(description="To a minute; null if never.")

    @classmethod
    def of(cls, row: ApiKeyRecord) -> "KeyOut":
        """The row as callers see it."""
        return cls(
            id=row.id,
            name=row.name,
            prefix=row.prefix,
            scope=Scope(row.scope),
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
        )


class KeyMade(KeyOut):
    """A new key. The answer that makes it is the only one that ever shows it."""

    key: str | None = Field(
        description="The key itself. Null in a repeated answer: it is kept nowhere. If the first answer was "
        "lost, delete this key and make another.",
        examples=["kerf_Zk3q9AJ2hL0c7mXb5TgYpR8sVwN1uEdK"],
    )


class KeyPage(Page[KeyOut]):
    """A page of keys."""


class TenantOut(BaseModel):
    """For whom the caller speaks, and what it may do."""

    id: str
    name: str
    scope: Scope = Field(description=SCOPE)
    key: KeyOut | None = Field(description="The caller's key; null where none is needed and none was sent.")
