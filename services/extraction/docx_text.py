"""Names and properties of WordprocessingML elements."""

from typing import Any, TypeVar

_Default = TypeVar("_Default", int, int | None)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_DIGITS = 6
_OFF = ("0", "false", "off")


def found_at(element: Any, path: str) -> Any | None:
    """The first element at a path of plain names, such as `pPr/numPr/ilvl`."""
    return element.find("/".join(W + step for step in path.split("/")))


def value_at(element: Any, path: str) -> str | None:
    """The value of the property at a path of plain names."""
    found = found_at(element, path)
    return None if found is None else found.get(W + "val")


def is_on(element: Any, path: str) -> bool:
    """Whether the toggle at the path is there and not switched off."""
    found = found_at(element, path)
    return found is not None and found.get(W + "val") not in _OFF


def toggle_at(element: Any, path: str) -> bool | None:
    """The toggle at the path, None when nothing is said."""
    return None if found_at(element, path) is None else is_on(element, path)


def number_of(text: str | None, default: _Default) -> int | _Default:
    """The number in a property, of at most six digits; else the default."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _DIGITS else default
