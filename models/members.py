"""What an archive of documents holds: members, and what is left out of them."""

import re
from enum import StrEnum
from typing import NamedTuple

from models.errors import DocumentError, UnsupportedType

LONGEST_PATH = 1024
"""Bytes of a member's path in UTF-8: a database finds documents by it."""

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""In a path: control characters, breaks of lines, lone surrogates."""

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


class UnopenedArchive(UnsupportedType):
    """Uploads and `kerf segment` open archives, but none inside of a folder or another archive."""

    code = "archive"


class TooManyMembers(DocumentError):
    """The archive has more documents than the limit."""

    code = "too_many_members"


class NoMembers(DocumentError):
    """There is nothing in the archive that Kerf reads."""

    code = "no_members"


class Member(NamedTuple):
    """A file that becomes a document: its path below the archive's root, its bytes' number."""

    path: str
    size: int


def is_path(path: str) -> bool:
    """Whether a member may be called so: a path below a root, of plain characters, with no way out."""
    is_plain = UNSAFE.search(path) is None and len(path.encode()) <= LONGEST_PATH
    return is_plain and not {"", ".", ".."} & set(path.split("/"))


class LeftOut(NamedTuple):
    """A file or, with a slash at its end, a folder with all that is in it."""

    path: str
    reason: str
