"""Documents on the wire."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.paging import Page
from models.tables.documents import DocumentRecord, VersionRecord


class DocumentOut(BaseModel):
    """An uploaded file."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "doc_4b1f0c9a7d2e8f3061c5a9e7",
                    "name": "agreement.pdf",
                    "sha256": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                    "size": 183204,
                    "media_type": "application/pdf",
                    "page_count": 12,
                    "version": 1,
                    "created_at": "2026-01-05T10:00:00.000000Z",
                }
            ]
        }
    )

    id: str
    name: str = Field(description="The name it was uploaded under.")
    sha256: str = Field(description="Of its bytes, in hex.")
    size: int = Field(ge=0, description="Bytes.")
    media_type: str | None = Field(description="Found in its bytes; null until it has been read.")
    page_count: int | None
    version: int | None = Field(
        description="The current version of its chunks; null until a job has succeeded."
    )
    created_at: datetime

    @classmethod
    def of(cls, row: DocumentRecord) -> "DocumentOut":
        """The row as callers see it."""
        return cls(
            id=row.id,
            name=row.name,
            sha256=row.sha256,
            size=row.size,
            media_type=row.media_type,
            page_count=row.page_count,
            version=row.current_version,
            created_at=row.created_at,
        )


class VersionOut(BaseModel):
    """One complete set of chunks: what was asked for and what was measured."""

    number: int = Field(ge=1)
    job: str = Field(description="The job that made it.")
    options: dict[str, Any]
    manifest: dict[str, Any] = Field(
        description="Counts, coverage, pages without text, declared drops and hashes of this version."
    )
    created_at: datetime

    @classmethod
    def of(cls, row: VersionRecord) -> "VersionOut":
        """The row as callers see it."""
        return cls(
            number=row.number,
            job=row.job_id,
            options=row.options,
            manifest=row.manifest,
            created_at=row.created_at,
        )


class DocumentDetail(DocumentOut):
    """A document and what its current version was made with."""

    result: VersionOut | None = Field(description="The current version; null until a job has succeeded.")


class DocumentPage(Page[DocumentOut]):
    """A page of documents."""
