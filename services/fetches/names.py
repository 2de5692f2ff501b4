"""What a fetched file is called: as Content-Disposition says (RFC 6266), else by the path of its URL."""

import re
from urllib.parse import unquote, unquote_to_bytes, urlsplit

UNNAMED = "unnamed"
LONGEST = 255
LONGEST_HEADER = 4_096
LONGEST_SUFFIX = 16
_EXTENDED = re.compile(r"(?:^|;)\s*filename\*\s*=\s*(utf-8|iso-8859-1)'[^';]*'([^;\s]*)", re.IGNORECASE)
_PLAIN = re.compile(r"(?:^|;)\s*filename\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\s\"]+))", re.IGNORECASE)
_UNKEPT = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")


def name_of(disposition: str | None, url: str, first_url: str) -> str:
    """A name that can be kept, whatever the source says.

    Of the URLs, the one that answered and the one that was asked for first, the one that ends in a file name
    with a suffix is believed before the other one.
    """
    given = cleaned(disposed(disposition or ""))
    if given:
        return given
    named = [name for name in (from_path(url), from_path(first_url)) if name]
    return next((name for name in named if "." in name[1:]), named[0] if named else UNNAMED)


def from_path(url: str) -> str:
    """The last part of the URL's path; empty where that says nothing."""
    return cleaned(unquote(urlsplit(url).path.rpartition("/")[2], errors="replace"))


def disposed(header: str) -> str:
    """What a Content-Disposition calls the file; the extended form before the plain one."""
    text = header[:LONGEST_HEADER]
    extended = _EXTENDED.search(text)
    if extended is not None:
        return unquote_to_bytes(extended[2]).decode(extended[1], "replace")
    plain = _PLAIN.search(text)
    if plain is None:
        return ""
    return re.sub(r"\\(.)", r"\1", plain[1]) if plain[1] is not None else plain[2]


def cleaned(name: str) -> str:
    """The name without folders and control characters, and not too long; its suffix stays."""
    last = _UNKEPT.sub("_", name).replace("\\", "/").rpartition("/")[2].strip()
    if last in {".", ".."}:
        return ""
    if len(last) <= LONGEST:
        return last
    stem, dot, suffix = last.rpartition(".")
    kept = dot + suffix if stem and len(suffix) <= LONGEST_SUFFIX else ""
    return last[: LONGEST - len(kept)] + kept
