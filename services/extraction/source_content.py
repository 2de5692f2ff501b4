"""The language of a text by what is in it: what editors were told, and marks that few others have."""

import json
import re

from services.extraction.source_marks import MARKS, SURE

_HEAD = 8 * 1024
_LONGEST_JSON = 1 << 20
_ENOUGH = 2
_EMACS = re.compile(r"-\*-(?:.*?\bmode:)?\s*([\w+#-]+)\s*(?:;.*?)?-\*-", re.IGNORECASE)
_VIM = re.compile(r"\bvim?:.*?\b(?:ft|filetype|syntax)=([\w+#-]+)")
_FENCE = re.compile(r"^(?:```|~~~)", re.MULTILINE)
"""Prose with code in it."""
_EDGE = 5
"""Lines at the ends of a file in which editors look."""

_SURE_OF = {language: re.compile(pattern, re.MULTILINE) for language, pattern in SURE.items()}
_MARKS_OF = {
    language: [re.compile(mark.strip(), re.MULTILINE) for mark in marks.strip().splitlines()]
    for language, marks in MARKS.items()
}
_WIDER = {"c": "cpp", "javascript": "typescript"}
"""Languages of which another one has all marks, and more."""


def told_to_editors(text: str) -> str:
    """What a mode line of Emacs or Vim calls the language; else nothing."""
    lines = text[:_HEAD].split("\n", _EDGE)[:_EDGE]
    lines += text[-_HEAD:].split("\n")[-_EDGE:]
    for pattern, where in ((_EMACS, lines[:2]), (_VIM, lines)):
        found = next(filter(None, (pattern.search(line[:500]) for line in where)), None)
        if found is not None:
            return found[1]
    return ""


def language_within(text: str) -> str:
    """The language whose marks the text has; nothing where there are too few, or as many of another one."""
    head = text[:_HEAD]
    if _FENCE.search(head):
        return ""
    for language, pattern in _SURE_OF.items():
        if pattern.search(head):
            return language
    if _is_json(text):
        return "json"
    counts = {
        language: sum(mark.search(head) is not None for mark in marks)
        for language, marks in _MARKS_OF.items()
    }
    for narrow, wide in _WIDER.items():
        own = counts.pop(wide)
        counts[wide if own >= _ENOUGH else narrow] = own + counts.pop(narrow)
    (second, _), (most, best) = sorted((count, language) for language, count in counts.items())[-2:]
    return best if most >= _ENOUGH and most > second else ""


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")) or len(text) > _LONGEST_JSON:
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
