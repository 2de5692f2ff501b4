"""Whether a bucket can be used: what the store does with it, done once with an object of the probe's own."""

import re
from datetime import timedelta
from enum import StrEnum
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from models.errors import StorageError
from services.infra.s3 import bucket

FOLDER = "probe"
"""Beside the addresses of documents, of which every name begins otherwise."""

CONTENT = b"Kerf writes this to see that the bucket takes bytes.\n"
PATIENCE = timedelta(seconds=5)
CODE = re.compile(r"<Code>([A-Za-z0-9]{1,64})</Code>")
"""What S3 calls a refusal. The rest of what a server says may name keys, and is shown to nobody."""


class Step(StrEnum):
    """What is tried, in this order."""

    LISTED = "listed"
    WRITTEN = "written"
    READ = "read"
    REMOVED = "removed from"


class BucketUnusable(StorageError):
    """The bucket cannot be used: at which step, and why."""

    def __init__(self, step: Step, why: str) -> None:
        super().__init__(f"It cannot be {step}: {why}.")
        self.step = step
        self.why = why


def probe(url: str) -> None:
    """List, write, read and remove in `s3://bucket/prefix`; BucketUnusable at what does not work first."""
    step = Step.LISTED
    try:
        store = bucket(url, patience=PATIENCE)
        next(iter(obstore.list(store, chunk_size=1)), None)
        step, key = Step.WRITTEN, f"{FOLDER}/{uuid4().hex}"
        obstore.put(store, key, CONTENT)
        try:
            step = Step.READ
            found = bytes(obstore.get(store, key).bytes())
        finally:
            _remove(store, key)
    except (BaseError, OSError) as error:
        raise BucketUnusable(step, _reason(error)) from error
    if found != CONTENT:
        raise BucketUnusable(Step.READ, "it gave other bytes than were written")


def _remove(store: S3Store, key: str) -> None:
    try:
        obstore.delete(store, [key])
    except (BaseError, OSError) as error:
        raise BucketUnusable(Step.REMOVED, _reason(error)) from error


def _reason(error: Exception) -> str:
    said = str(error)
    if code := CODE.search(said):
        return f"the store answers {code[1]}"
    if "error sending request" in said or "timed out" in said:
        return "nobody answers at AWS_ENDPOINT_URL"
    if "Missing" in said:
        return "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set"
    return type(error).__name__
