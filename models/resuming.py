"""What can be wrong with a request of a resumable upload.

InvalidInput
├── MalformedHeader                  malformed_header
└── ChecksumMismatch                 checksum_mismatch
UnsupportedVersion                   unsupported_version
UploadExpired                        upload_expired
Conflict
└── WrongOffset                      wrong_offset
"""

from typing import Any

from models.errors import Conflict, InvalidInput, KerfError


class MalformedHeader(InvalidInput):
    """A header of the request is missing, is there twice, or cannot be read."""

    code = "malformed_header"


class ChecksumMismatch(InvalidInput):
    """The bytes are others than `Upload-Checksum` says; none of them was kept."""

    code = "checksum_mismatch"


class UnsupportedVersion(KerfError):
    """This version of tus is not spoken here: send `Tus-Resumable: 1.0.0`."""

    code = "unsupported_version"


class UploadExpired(KerfError):
    """This upload was not continued in time; begin another one."""

    code = "upload_expired"


class WrongOffset(Conflict):
    """The upload goes on at another offset; `offset` is where, `job` what came of one that is complete."""

    code = "wrong_offset"

    def __init__(self, offset: int, job_id: str | None) -> None:
        super().__init__(f"The upload goes on at {offset:,}.")
        self.members: dict[str, Any] = {"offset": offset} | ({"job": job_id} if job_id else {})
