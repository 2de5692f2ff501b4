"""Batches on the wire."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.pagination import ItemPlace
from api.schemas.jobs import FailureOut
from api.schemas.paging import Cursor, Page, PageQuery
from models.batches import BatchState, ItemState
from models.urgency import Urgency
from services.documents.submission import LONGEST_NAME
from services.jobs.batches import ItemStanding, Standing


class ItemIn(BaseModel):
    """What is to be done with one file, instead of what the common parts say."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(
        default=None,
        description="Of which file; all entries have one or none. Without names they are in the order of "
        "the files, one for each.",
    )
    external_id: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST_NAME,
        description="Your own name for the document; another file under it is its next version.",
    )
    options: dict[str, Any] | None = Field(default=None, description="How it is cut.")
    parsing: dict[str, Any] | None = Field(default=None, description="How it is read.")
    priority: Urgency | None = None


class BatchOut(BaseModel):
    """Documents that came in one call."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "bat_2b7e151628aed2a6abf71589",
                    "state": "running",
                    "documents": 3,
                    "counts": {
                        "queued": 1,
                        "running": 1,
                        "cancelling": 0,
                        "succeeded": 1,
                        "failed": 0,
                        "cancelled": 0,
                        "deleted": 0,
                    },
                    "created_at": "2026-01-05T10:00:00.000000Z",
                }
            ]
        }
    )

    id: str
    state: BatchState = Field(description="`completed` when no job of it is left to do.")
    documents: int = Field(ge=0, description="How many files it had.")
    counts: dict[ItemState, int] = Field(
        description="How many of them are in which state: that of their job, or `deleted`."
    )
    created_at: datetime

    @classmethod
    def of(cls, standing: Standing) -> "BatchOut":
        """The batch as callers see it."""
        return cls(
            id=standing.batch.id,
            state=standing.state,
            documents=sum(standing.counts.values()),
            counts=dict(standing.counts),
            created_at=standing.batch.created_at,
        )


class BatchPage(Page[BatchOut]):
    """A page of batches."""


class ItemOut(BaseModel):
    """One file of a batch."""

    index: int = Field(ge=0, description="Its place among the files of the call, from 0.")
    name: str
    external_id: str | None
    document: str = Field(description="Id of the document.")
    job: str = Field(description="Id of the job; equal files of one call share it.")
    state: ItemState = Field(description="That of the job, or `deleted` if the document was deleted.")
    failure: FailureOut | None = Field(description="Why it failed; null unless it did.")

    @classmethod
    def of(cls, standing: ItemStanding) -> "ItemOut":
        """The item as callers see it."""
        item, job = standing.item, standing.job
        return cls(
            index=item.index,
            name=item.name,
            external_id=standing.external_id,
            document=item.document_id,
            job=item.job_id,
            state=standing.state,
            failure=FailureOut.model_validate(job.failure) if job is not None and job.failure else None,
        )


class ItemPage(Page[ItemOut]):
    """A page of a batch's items."""


class BatchesQuery(PageQuery):
    """Which page of the list; each batch on it is counted."""

    limit: Annotated[int, Field(ge=1, le=50, description="At most this many items.")] = 20


class ItemsQuery(BaseModel):
    """Which items."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=1000, description="At most this many items.")] = 200
    cursor: Cursor | None = None
    state: Annotated[ItemState | None, Field(description="Only items in this state.")] = None

    def after(self) -> int:
        """The index that the page before ended with. InvalidCursor."""
        return -1 if self.cursor is None else ItemPlace.decode(self.cursor).last
