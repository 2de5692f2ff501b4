"""Amounts of money."""

import re
from collections.abc import Iterator
from decimal import Decimal

from models.legal import Amount
from models.span import Span
from services.legal.near import near

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_PREFIXES = {
    "US": "USD", "U.S.": "USD", "C": "CAD", "CA": "CAD", "CDN": "CAD", "A": "AUD", "AU": "AUD", "NZ": "NZD",
    "HK": "HKD", "S": "SGD", "R": "BRL", "NT": "TWD",
}  # fmt: skip
_CODES_WORDS = (
    "USD EUR GBP CHF CAD AUD NZD JPY CNY RMB INR BRL SEK NOK DKK HKD SGD MXN ZAR ILS NIS KRW RUB PLN CZK "
    "HUF TWD THB MYR"
)
_CODES = _CODES_WORDS.split()
_WORDS = {
    "dollars": "USD", "dollar": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP", "sterling": "GBP",
    "francs": "CHF", "franken": "CHF", "yen": "JPY", "reais": "BRL", "renminbi": "CNY", "rupees": "INR",
}  # fmt: skip
_SAME = {"RMB": "CNY", "NIS": "ILS"}
_SCALES = {
    "thousand": 3, "mille": 3, "tausend": 3,
    "million": 6, "millions": 6, "millionen": 6, "mio": 6, "millones": 6,
    "milioni": 6, "milhões": 6, "mm": 6, "billion": 9, "billions": 9, "milliarden": 9, "mrd": 9,
    "milliards": 9,
    "miliardi": 9, "bilhões": 9, "bn": 9, "trillion": 12,
}  # fmt: skip

_NUMBER = r"\d(?:[\d.,'’]|[ \u00a0\u202f](?=\d{3}(?!\d))){0,30}"
_SCALE = rf"(?:[\s\u00a0]{{0,3}}(?P<scale>(?i:{'|'.join(sorted(_SCALES, key=len, reverse=True))}))\b)?"
_SIGN = re.compile(
    rf"[{''.join(_SIGNS)}{''.join(sorted({code[0] for code in _CODES}))}](?:(?<=[{''.join(_SIGNS)}])"
    rf"|[A-Z][A-Z](?<={'|'.join(_CODES)})(?<!\w...)(?![A-Za-z]))"
)
_WORD = re.compile(
    r"(?<=\w[\s)])(?:[Dd]ollars?|[Ee]uros?|[Pp]ounds|[Ff]rancs|Franken|[Yy]en|[Rr]eais|[Rr]enminbi|[Rr]upees)\b"
)
_WORD_SIGNS = ("ollar", "uro", "ounds", "rancs", "ranken", "yen", "Yen", "eais", "enminbi", "upees")
_AFTER = re.compile(rf"[\s\u00a0]{{0,3}}(?P<number>{_NUMBER}){_SCALE}")
_BEFORE = re.compile(rf"(?<![\w.,])(?P<number>{_NUMBER}){_SCALE}\)?[\s\u00a0]{{0,3}}(?:(?:US|U\.S\.)\s)?\Z")
_PREFIX = re.compile(r"(?<![\w.])(?:US|U\.S\.|CDN|CA|C|AU|A|NZ|HK|NT|S|R)\Z")
_WINDOW = 48
_GROUP = 3


def amounts(text: str) -> Iterator[Amount]:
    """Numbers beside a currency, in order: `$1.5 million`, `EUR 5.000,00`, `1 000 €`, `500 dollars`."""
    end = 0
    signs = sorted([*_SIGN.finditer(text), *near(_WORD, text, _WORD_SIGNS, 4, 16)], key=re.Match.start)
    for sign in signs:
        if sign.start() < end:
            continue
        if found := _after(text, sign) or _before(text, sign, end):
            yield found
            end = found.span.end


def _after(text: str, sign: re.Match[str]) -> Amount | None:
    mark = sign[0]
    if mark not in _SIGNS and mark not in _CODES:
        return None
    number = _AFTER.match(text, sign.end(), sign.end() + _WINDOW)
    if number is None:
        return None
    prefix = _PREFIX.search(text, max(0, sign.start() - 4), sign.start()) if mark == "$" else None
    currency = _PREFIXES[prefix[0]] if prefix else _currency(mark)
    return _amount(prefix.start() if prefix else sign.start(), number, currency)


def _before(text: str, sign: re.Match[str], after: int) -> Amount | None:
    number = _BEFORE.search(text, max(after, sign.start() - _WINDOW), sign.start())
    if number is None:
        return None
    found = _amount(number.start(), number, _currency(sign[0]))
    return Amount(Span(number.start(), sign.end()), found.value, found.currency)


def _currency(mark: str) -> str:
    return _SIGNS.get(mark) or _WORDS.get(mark.lower()) or _SAME.get(mark, mark)


def _amount(start: int, number: re.Match[str], currency: str) -> Amount:
    digits = number["number"].rstrip(".,'’")
    end = number.end() if number["scale"] else number.start("number") + len(digits)
    scale = _SCALES[number["scale"].lower()] if number["scale"] else 0
    return Amount(Span(start, end), _value(digits).scaleb(scale), currency)


def _value(digits: str) -> Decimal:
    """Separators of groups left out; the last one is a decimal sign unless three digits follow it."""
    plain = re.sub(r"[\s'’]", "", digits)
    last = max(plain.rfind("."), plain.rfind(","))
    fraction = len(plain) - last - 1
    both = "." in plain and "," in plain
    is_decimal = last >= 0 and plain.count(plain[last]) == 1 and (both or fraction != _GROUP)
    whole, part = (plain[:last], plain[last + 1 :]) if is_decimal else (plain, "")
    return Decimal(f"{re.sub('[.,]', '', whole) or '0'}.{part or '0'}")
