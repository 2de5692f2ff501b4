"""How far the text of a page can be believed: whether its words look like words of any language."""

import re
import unicodedata
from collections.abc import Sequence

_FEWEST, _FEWEST_LETTERS = 30, 100
_LONGEST = 30
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿāăąēęěīįőūůű")
_ALONE = frozenset("aeioyuàáéóéêôAIOVXv")
_NUMBER = re.compile(r"[(\[]?[-+±$€£§#№]?\d[\d.,:/()%°'’–-]*[a-z]{0,3}[)\]%.,;:]*")
_WRAPPING = "\"'“”‘’«»()[]{}<>.,;:!?…*•·-–—/|&§¶†‡"
_UNNAMED = frozenset({"Co", "Cn", "Cs"})


def unreadable(text: str) -> float:
    """The share of characters that stand for none: U+FFFD, private use, unassigned."""
    if text.isascii() or not text:
        return 0.0
    bad = sum(
        text.count(char) for char in set(text) if char == "\ufffd" or unicodedata.category(char) in _UNNAMED
    )
    return bad / len(text)


def vowels(words: Sequence[str]) -> float | None:
    """The share of vowels among Latin letters, 0.35 to 0.5 in what people write; None for too few to say."""
    letters = [char for word in words if _is_latin(word) for char in word.lower() if char.isalpha()]
    if len(letters) < _FEWEST_LETTERS:
        return None
    return sum(char in _VOWELS for char in letters) / len(letters)


def quality(words: Sequence[str]) -> float | None:
    """The share of words that could be words, numbers or signs; None for too few to say.

    Of scripts other than Latin nothing is known: their words could be words.
    """
    bare = [stripped for word in words if (stripped := word.strip(_WRAPPING))]
    if len(bare) < _FEWEST:
        return None
    return sum(map(_is_likely, bare)) / len(bare)


def _is_likely(word: str) -> bool:
    if _NUMBER.fullmatch(word) or not _is_latin(word):
        return True
    if len(word) == 1:
        return word in _ALONE or word.isdigit()
    if len(word) > _LONGEST:
        return "/" in word or "-" in word or "." in word
    return all(_is_spoken(part) for part in re.split(r"[-'’/&.,@_:+=]+", word) if part)


def _is_spoken(part: str) -> bool:
    """Letters of one case (or capitalised) with a vowel, a short abbreviation, or a number."""
    if part.isdigit() or (len(part) <= 5 and part.isupper() and part.isalpha()):  # noqa: PLR2004
        return True
    if not part.isalpha():
        return False
    shape = part.islower() or part.isupper() or part[1:].islower()
    return shape and (not _VOWELS.isdisjoint(part.lower()) or len(part) <= 2)  # noqa: PLR2004


def _is_latin(word: str) -> bool:
    return all(char < "\u0250" or not char.isalpha() for char in word)
