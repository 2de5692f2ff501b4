"""The store of an installation: a folder, or a bucket where a URL names one."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from services.infra.integrity import Examiner, LocalExaminer
from services.infra.partials import LocalPartials, Partials
from services.infra.quarantine import Aside, Quarantine
from services.infra.storage import LocalStorage, Storage

S3_URL = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()/-]*)?")
CACHE = "cache"


class Sweepable(Storage, Protocol):
    """A Storage that has a place for what arrives."""

    async def sweep(self, older_than: timedelta) -> int:
        """Remove what uploads that never finished left behind; the number of files removed."""
        ...


def make_storage(url: str | None, objects: Path) -> "Sweepable":
    """Where bytes are kept; beside the folder `objects`, the one for copies of what is in a bucket."""
    if url is None:
        return LocalStorage(objects)
    from services.infra import s3  # noqa: PLC0415 - its client is loaded only where it is used

    return s3.S3Storage(s3.bucket(url), objects.parent / CACHE)


def make_quarantine(url: str | None, objects: Path) -> Aside:
    """What sweeps of the same store work with."""
    if url is None:
        return Quarantine(objects)
    from services.infra import s3  # noqa: PLC0415 - as above

    return s3.S3Quarantine(s3.bucket(url))


def make_examiner(url: str | None, objects: Path) -> Examiner:
    """What looks whether bytes of the same store are there and whole."""
    if url is None:
        return LocalExaminer(objects)
    from services.infra import s3, s3_examiner  # noqa: PLC0415 - as above

    return s3_examiner.S3Examiner(s3.bucket(url))


def make_partials(url: str | None, objects: Path) -> Partials:
    """Where uploads of the same store wait until they are complete."""
    if url is None:
        return LocalPartials(objects)
    from services.infra import s3, s3_partials  # noqa: PLC0415 - as above

    return s3_partials.S3Partials(s3.bucket(url))
