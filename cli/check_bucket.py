"""Whether the bucket of the documents can be used, where there is one."""

from cli.findings import Finding, State
from models.errors import StorageError

NAME = "bucket"


def check_bucket(url: str | None) -> Finding:
    """It is listed, written, read and removed from, by the keys that are given."""
    if url is None:
        return Finding(NAME, State.ABSENT, "KERF_STORAGE_URL is not set; documents are in the data folder")
    from services.infra.s3_probe import probe

    try:
        probe(url)
    except StorageError as error:
        return Finding(NAME, State.BROKEN, f"{url}: {error.detail}")
    return Finding(NAME, State.GOOD, f"{url} can be listed, written, read and removed from")
