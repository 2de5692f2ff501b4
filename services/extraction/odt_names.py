"""Names of OpenDocument 1.3 elements and attributes."""

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
OFFICE = f"{{{_NAMESPACE}:office:1.0}}"
TEXT = f"{{{_NAMESPACE}:text:1.0}}"
TABLE = f"{{{_NAMESPACE}:table:1.0}}"
DRAW = f"{{{_NAMESPACE}:drawing:1.0}}"
STYLE = f"{{{_NAMESPACE}:style:1.0}}"
META = f"{{{_NAMESPACE}:meta:1.0}}"
SVG = f"{{{_NAMESPACE}:svg-compatible:1.0}}"
DC = "{http://purl.org/dc/elements/1.1/}"
XLINK = "{http://www.w3.org/1999/xlink}"

_MOST = 1000


def count_of(text: str | None, default: int = 1) -> int:
    """The number in an attribute, bounded."""
    if not text or not text.isascii() or not text.isdigit():
        return default
    return min(int(text[:6]), _MOST)
