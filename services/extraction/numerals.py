"""Numbers as lists write them: letters, Roman numerals, ordinals, words."""

from collections.abc import Callable

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_LARGEST_ROMAN = 3999
_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_SMALL = _SMALL_WORDS.split()
_TENS_WORDS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = _TENS_WORDS.split()
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_HUNDRED, _TWENTY, _THOUSAND = 100, 20, 1000


def roman(number: int) -> str:
    """Lower-case Roman numeral; decimal beyond 1 to 3,999."""
    if not 0 < number <= _LARGEST_ROMAN:
        return str(number)
    parts = []
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)


def letters(number: int) -> str:
    """`a` to `z`, `aa`, `ab`, as a spreadsheet's columns; decimal below 1."""
    if number < 1:
        return str(number)
    found = ""
    while number:
        number, digit = divmod(number - 1, 26)
        found = chr(ord("a") + digit) + found
    return found


def repeated_letter(number: int) -> str:
    """`a` to `z`, `aa`, `bb`, as word processors count; decimal below 1 and beyond thirty rounds."""
    rounds, digit = divmod(number - 1, 26)
    return chr(ord("a") + digit) * (rounds + 1) if 0 <= rounds <= 30 else str(number)  # noqa: PLR2004


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    teen = 10 < number % _HUNDRED < 14  # noqa: PLR2004  11th to 13th
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def words(number: int) -> str:
    """English cardinal below a thousand; decimal otherwise."""
    if not 0 <= number < _THOUSAND:
        return str(number)
    hundreds, rest = divmod(number, _HUNDRED)
    parts = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest or not hundreds:
        tens, ones = divmod(rest, 10)
        parts.append(_SMALL[rest] if rest < _TWENTY else _TENS[tens] + (f"-{_SMALL[ones]}" if ones else ""))
    return " ".join(parts)


def ordinal_words(number: int) -> str:
    """English ordinal below a thousand: `twenty-first`."""
    cardinal = words(number)
    if cardinal.isdigit():
        return ordinal(number)
    cut = max(cardinal.rfind(" "), cardinal.rfind("-")) + 1
    last = cardinal[cut:]
    return cardinal[:cut] + _ORDINALS.get(last, last[:-1] + "ieth" if last.endswith("y") else last + "th")


def note_sign(number: int) -> str:
    """`*`, `†`, `‡`, `§`, `**` and so on; decimal below 1 and beyond a hundred."""
    if not 0 < number <= _HUNDRED:
        return str(number)
    rounds, place = divmod(number - 1, 4)
    return "*†‡§"[place] * (rounds + 1)


def upper(style: Callable[[int], str]) -> Callable[[int], str]:
    """The same style in capitals."""
    return lambda number: style(number).upper()
