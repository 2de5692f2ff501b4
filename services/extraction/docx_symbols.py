"""Signs that Word takes from picture fonts by code point."""

_GREEK = dict(
    zip(
        "ABCDEFGHIKLMNOPQRSTUWXYZabcdefghiklmnopqrstuwxyz",
        "ΑΒΧΔΕΦΓΗΙΚΛΜΝΟΠΘΡΣΤΥΩΞΨΖαβχδεφγηικλμνοπθρστυωξψζ",
        strict=True,
    )
)
_SYMBOL = {
    0xA2: "′",
    0xA3: "≤",
    0xA5: "∞",
    0xAB: "↔",
    0xAC: "←",
    0xAE: "→",
    0xB0: "°",
    0xB1: "±",
    0xB2: "″",
    0xB3: "≥",
    0xB4: "×",
    0xB6: "∂",
    0xB7: "•",
    0xB8: "÷",
    0xB9: "≠",
    0xBA: "≡",
    0xBB: "≈",
    0xC5: "⊕",
    0xC6: "∅",
    0xC7: "∩",
    0xC8: "∪",
    0xCE: "∈",
    0xD0: "∠",
    0xD2: "®",
    0xD3: "©",
    0xD4: "™",
    0xD6: "√",
    0xD9: "∧",
    0xDA: "∨",
    0xDE: "⇒",
    0xE5: "∑",
    0xF2: "∫",
}
_WINGDINGS = {
    0x22: "✂",
    0x28: "☎",
    0x2A: "✉",
    0x46: "☞",
    0x4A: "☺",
    0x6C: "●",
    0x6E: "■",
    0x6F: "□",
    0x71: "❑",
    0x75: "◆",
    0x76: "❖",
    0x9F: "•",
    0xA7: "▪",
    0xA8: "□",
    0xD8: "➢",
    0xE0: "→",
    0xE8: "➔",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}
_WINGDINGS_2 = {0x50: "✓", 0x4F: "✗", 0x52: "☑", 0x53: "☒", 0xA3: "□", 0x2A: "□"}
_PRIVATE = 0xF000
_BYTE = 0x100
_UNKNOWN = "\ufffd"


def symbol(font: str, code: str) -> str:
    """The sign as Unicode has it, U+FFFD for one that is not known; `code` is hexadecimal."""
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    low = point - _PRIVATE if _PRIVATE <= point < _PRIVATE + _BYTE else point
    tables = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}
    table = tables.get(font.lower())
    if table is None:
        is_private = _PRIVATE <= point < _PRIVATE + _BYTE
        return _UNKNOWN if is_private or not 0 < point <= 0x10FFFF or 0xD800 <= point < 0xE000 else chr(point)  # noqa: PLR2004
    if low in table:
        return table[low]
    if table is _SYMBOL and low < 0x7F:  # noqa: PLR2004  the letters of the Symbol font are Greek
        return _GREEK.get(chr(low), chr(low))
    return _UNKNOWN
