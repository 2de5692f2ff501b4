"""What kind of file a source is beside its language: a test, made by a program, somebody else's, squeezed."""

import re

_TEST = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__)/|(?:^|/)test_|_test\.|[._-]spec\.|\.test\.|Tests?\.\w+$"
)
_VENDORED = re.compile(r"(?:^|/)(?:vendor|third[_-]party|node_modules|site-packages|dist-packages|external)/")
_GENERATED = re.compile(r"@generated|(?:auto[- ]?|machine[- ])generated|generated (?:by|from|code|file)")
_HEAD = 2000
_SQUEEZED = 500
"""Code points of a line on average, above which nobody wrote it."""


def file_flags(text: str, path: str) -> list[str]:
    """Those of `test`, `vendored`, `generated`, `minified` that hold."""
    found = {
        "test": _TEST.search(path) is not None,
        "vendored": _VENDORED.search(path) is not None,
        "generated": _says_so(text[:_HEAD].lower()),
        "minified": len(text) > _SQUEEZED * (text.count("\n") + 1),
    }
    return [flag for flag, holds in found.items() if holds]


def _says_so(head: str) -> bool:
    """Whether small letters at the head of a file say that a program made it."""
    if "do not edit" in head or "do not modify" in head:
        return True
    return "generated" in head and _GENERATED.search(head) is not None
