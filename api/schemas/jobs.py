"""Jobs on the wire."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.problems import Problem
from api.schemas.paging import DOCUMENT_ID, Page, PageQuery
from models.errors import Stage
from models.options import ParsingOptions
from models.tables.jobs import JobRecord, JobState
from services.jobs.estimates import seconds_left

LONGEST_WAIT = 60
LONGEST_STREAM = 3600


class FailureOut(BaseModel):
    """Why a job failed. Decide by `code`; `message` is for people."""

    code: str = Field(examples=["encrypted"])
    message: str = Field(examples=["The document is encrypted and needs a password."])
    retryable: bool = Field(description="Whether the same upload may succeed later.")
    stage: Stage | None = Field(description="In which stage it failed.")
    page: int | None = Field(default=None, description="At which page, from 1, if it was while reading one.")
    pages: tuple[int, int] | None = Field(
        default=None, description="First and last of the pages being read, if not the whole document."
    )


class JobOut(BaseModel):
    """One piece of work on one document; `succeeded`, `failed` and `cancelled` are final.

    One that is `fetching` waits for its bytes.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "job_9d2c4e6f8a0b1c3d5e7f9a1b",
                    "document": "doc_4b1f0c9a7d2e8f3061c5a9e7",
                    "state": "running",
                    "stage": "parsing",
                    "pages_done": 12,
                    "pages_total": 80,
                    "eta_seconds": 21.5,
                    "attempt": 1,
                    "version": None,
                    "no_text": None,
                    "pages_failed": None,
                    "members": None,
                    "failure": None,
                    "url": None,
                    "options": {"strategy": "recursive", "max_tokens": 512},
                    "parsing": {
                        "ocr": "auto",
                        "ocr_languages": [],
                        "ocr_engine": "networks",
                        "layout": "fast",
                    },
                    "created_at": "2026-01-05T10:00:00.000000Z",
                    "started_at": "2026-01-05T10:00:00.250000Z",
                    "finished_at": None,
                }
            ]
        }
    )

    id: str
    document: str = Field(
        description="Id of the document. It may become another one's while the job is `fetching` without an "
        "`external_id`: equal bytes are one document."
    )
    state: JobState
    stage: str | None = Field(description="What a running job is doing; the last stage of a finished one.")
    pages_done: int = Field(ge=0)
    pages_total: int | None = Field(description="Null until the document has been opened.")
    eta_seconds: float | None = Field(
        ge=0, description="Seconds it will probably take from now on; null when nothing can be said."
    )
    attempt: int = Field(ge=0, description="How often a worker has taken the job.")
    version: int | None = Field(description="The version of the document's chunks that this job made.")
    no_text: bool | None = Field(description="There was no text to cut; null until it has succeeded.")
    pages_failed: int | None = Field(
        ge=0, description="Pages that could not be read; the version's manifest lists them."
    )
    members: int | None = Field(
        ge=0, description="Of an archive: how many documents with jobs of their own it has become."
    )
    failure: FailureOut | None = Field(description="Why it failed; null unless it did.")
    url: str | None = Field(description="Where its bytes come from, without the query; null of an upload.")
    options: dict[str, Any] = Field(description="The chunking options, complete with defaults.")
    parsing: ParsingOptions = Field(description="How the document is read.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, row: JobRecord) -> "JobOut":
        """The row as callers see it."""
        return cls(
            id=row.id,
            document=row.document_id,
            state=JobState(row.state),
            stage=row.stage,
            pages_done=row.pages_done,
            pages_total=row.pages_total,
            eta_seconds=seconds_left(row) if row.state == JobState.RUNNING else None,
            attempt=row.attempt,
            version=row.version,
            no_text=row.no_text,
            pages_failed=row.pages_failed,
            members=row.members,
            failure=FailureOut.model_validate(row.failure) if row.failure else None,
            url=row.url,
            options=row.options,
            parsing=ParsingOptions(**row.parsing),
            created_at=row.created_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
        )


class JobProblem(Problem):
    """A problem with a job in the state that caused it."""

    job: JobOut


class JobQuery(BaseModel):
    """How long to wait for news of a job or a batch."""

    model_config = ConfigDict(extra="forbid")

    wait: Annotated[
        float,
        Field(
            ge=0,
            le=LONGEST_WAIT,
            allow_inf_nan=False,
            description="Seconds to hold the answer back while there is something left to do.",
        ),
    ] = 0


class JobEventsQuery(BaseModel):
    """How long to follow a job."""

    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[
        float,
        Field(
            ge=0,
            le=LONGEST_STREAM,
            allow_inf_nan=False,
            description="After which the stream ends, whatever the job does; ask again to go on.",
        ),
    ] = 600


class JobsQuery(PageQuery):
    """Which jobs."""

    state: Annotated[JobState | None, Field(description="Only jobs in this state.")] = None
    document: Annotated[str | None, Field(pattern=DOCUMENT_ID, description="Only jobs of this document.")] = (
        None
    )
    archive: Annotated[
        str | None, Field(pattern=DOCUMENT_ID, description="Only jobs of members of this archive.")
    ] = None


class JobPage(Page[JobOut]):
    """A page of jobs."""
