"""Office Math (OMML) as one line: fractions with a slash, powers with `^`, indices with `_`."""

from typing import Any

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_BEFORE = {"rad": "√(", "sup": "^(", "sub": "_(", "den": ")/(", "deg": "[", "num": "("}
_AFTER = {"rad": ")", "mr": "; ", "sup": ")", "sub": ")", "den": ")", "deg": "]"}
_SKIPPED = ("ctrlPr", "fPr", "radPr", "sSupPr", "sSubPr", "sSubSupPr", "naryPr", "dPr", "mPr", "rPr", "accPr")
_OPERATOR = "∫"


def math_text(formula: Any) -> str:
    """The formula's characters in reading order."""
    parts: list[str] = []
    pending: list[Any] = [formula]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        name = item.tag.removeprefix(M) if isinstance(item.tag, str) else "ctrlPr"
        if name == "t":
            parts.append(item.text or "")
        if name in _SKIPPED:
            continue
        before, after = _marks(item, name)
        parts.append(before)
        pending.append(after)
        pending.extend(reversed(item))
    return "".join(parts)


def _marks(item: Any, name: str) -> tuple[str, str]:
    """What stands before and after the element's own parts; no brackets around a single sign."""
    if name in ("sup", "sub") and len("".join(item.itertext())) < 2:  # noqa: PLR2004  one sign
        return (_BEFORE[name][0], "") if len(item) else ("", "")
    if name == "nary":
        return _property(item, "naryPr/chr", _OPERATOR), ""
    if name == "d":
        return _property(item, "dPr/begChr", "("), _property(item, "dPr/endChr", ")")
    if name == "deg" and not "".join(item.itertext()):
        return "", ""
    return _BEFORE.get(name, ""), _AFTER.get(name, "")


def _property(item: Any, path: str, default: str) -> str:
    found = item.find("/".join(M + step for step in path.split("/")))
    value = None if found is None else found.get(M + "val")
    return default if value is None else value
