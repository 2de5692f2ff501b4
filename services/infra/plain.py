"""Which values PostgreSQL can keep, and names for new rows."""

import re
import secrets

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
LARGEST = 2**31 - 1
"""Of its integer type."""


def is_plain(text: str) -> bool:
    """Whether there is neither a NUL nor a lone surrogate in it: no row can hold those, so none has them."""
    return UNSTORABLE.search(text) is None


def new_id(prefix: str) -> str:
    """A random name for a new row, such as `doc_` and 24 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(12)}"
