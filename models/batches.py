"""Batches: many documents that are sent in one call, taken in whole or not at all."""

from enum import StrEnum

from models.errors import InvalidInput


class BatchState(StrEnum):
    """Whether there is anything left to do; a job that is driven again makes its batch running again."""

    RUNNING = "running"
    COMPLETED = "completed"


class ItemState(StrEnum):
    """Where a document of a batch stands: the state of its job, or that it was deleted."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DELETED = "deleted"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self not in {ItemState.QUEUED, ItemState.RUNNING, ItemState.CANCELLING}


class TooManyFiles(InvalidInput):
    """These are more files than one call may have."""

    code = "too_many_files"
