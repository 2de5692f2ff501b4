"""What an archive of documents holds: members, and what is left out of them."""

from enum import StrEnum
from typing import NamedTuple

LONGEST_PATH = 1024
"""Characters of a member's path."""

MOST_LISTED = 1000
"""Of what was left out; all of it is counted."""


class Reason(StrEnum):
    """Why a file of an archive or folder is no document."""

    HIDDEN = "hidden"
    IGNORED = "ignored"
    LINK = "link"
    SPECIAL = "special"
    UNSAFE_NAME = "unsafe_name"
    NAME_TOO_LONG = "name_too_long"
    DUPLICATE = "duplicate"
    EMPTY = "empty_file"
    UNSUPPORTED_TYPE = "unsupported_type"
    ARCHIVE = "archive"
    TOO_LARGE = "too_large"
    EXPANSION = "expansion_limit"
    COMPRESSION = "unsupported_compression"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"


class Member(NamedTuple):
    """A file that becomes a document: its path below the archive's root, its bytes' number."""

    path: str
    size: int


class LeftOut(NamedTuple):
    """A file or, with a slash at its end, a folder with all that is in it."""

    path: str
    reason: str
