"""What a printed number counts: letters, Roman numerals, words, figures with letters behind them.

An ordinal is an integer: a thousand for each whole step, so that `1A` and `12bis` find room between.
"""

import re

WHOLE = 1000
_LETTER = 10
_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN = re.compile(r"(?=[ivxlcdm])m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})$")
_LATIN = {name: n for n, name in enumerate(("bis", "ter", "quater", "quinquies", "sexies"), 2)}
_COUNTED = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_ORDERED = (
    "first second third fourth fifth sixth seventh eighth ninth tenth",
    "erster zweiter dritter vierter fünfter sechster siebter achter neunter zehnter",
    "erstes zweites drittes viertes fünftes sechstes siebtes achtes neuntes zehntes",
    "premier deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième",
    "première seconde",
    "primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo",
    "primera segunda tercera cuarta quinta sexta séptima octava novena décima",
    "primo secondo terzo quarto quinto sesto settimo ottavo nono decimo",
    "primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono décimo",
)
WORDS = {word: n for line in (_COUNTED, *_ORDERED) for n, word in enumerate(line.split(), 1)}
"""Number words from one on, in small letters."""
COUNTED = tuple(_COUNTED.split())
"""Those that stand behind a name: `Article Two`."""
_FIGURE = re.compile(r"(\d+)(?:-?(bis|ter|quater|quinquies|sexies)|([A-Za-z]{0,2})(?:-(\d+))?)$")


def roman(text: str) -> int:
    """The value of a Roman numeral in small letters, 0 for what is none."""
    if not _ROMAN.match(text):
        return 0
    digits = [_DIGITS[char] for char in text]
    return sum(-a if a < b else a for a, b in zip(digits, [*digits[1:], 0], strict=True))


def figure(text: str) -> int | None:
    """The ordinal of `12`, `12A`, `12a-1` or `12bis`; None for anything else."""
    match = _FIGURE.match(text)
    if match is None:
        return None
    whole, latin, letters, further = match.groups()
    behind = _LETTER * letter(letters) if letters else 0
    return int(whole) * WHOLE + min(behind + int(further or 0) + _LATIN.get(latin or "", 0), WHOLE - 1)


def letter(text: str) -> int:
    """`a` is 1, `z` 26, `aa` 27, `bb` 28, `ab` 28 too; capitals alike."""
    first = ord(text[0].lower()) - ord("a") + 1
    if len(text) == 1:
        return first
    return 26 + (first if text[0] == text[1] else ord(text[1].lower()) - ord("a") + 1)
