"""Tokens are counted once, word by word where that adds up."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inference.toolkit import Toolkit
from services.pipeline import remembering
from services.segmentation.tools import Tokenizer

PIECES = (
    "Agreement,", "naïve", "2.5%", "§", "合同", "x" * 120, "a\u0301", "ǆ", "\u200b", "\x00", "\x0c", "\x1c",
    "\x85", "\u2028", "\u00a0", " ", " ", "\n", "\t", "\ufeff", "ſ", "İ", "🙂", "[CLS]", "[MASK]", "##s",
)  # fmt: skip
TEXTS = st.lists(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join), max_size=4
)


@pytest.fixture(scope="module")
def bert() -> Tokenizer:
    return Toolkit(Path("no-models-here")).tokenizer("bert")


@given(texts=TEXTS)
def test_sums_over_words_are_the_counts_of_texts(bert: Tokenizer, texts: list[str]) -> None:
    assert remembering(bert).count(texts) == bert.count(texts)


def test_no_word_is_counted_twice() -> None:
    asked: list[str] = []

    def count(texts: Sequence[str]) -> list[int]:
        asked.extend(texts)
        return list(map(len, texts))

    counting = remembering(Tokenizer("letters", count, additive=True, is_slow=True))
    assert counting.count(["one two", "two\nthree"]) == [6, 8]
    assert counting.count(["three one", ""]) == [8, 0]
    assert asked == ["one", "two", "three"]


def test_where_counts_do_not_add_up_whole_texts_are_counted() -> None:
    counting = remembering(
        Tokenizer("longest", lambda texts: [max(map(len, text.split())) for text in texts], is_slow=True)
    )
    assert counting.count(["one three", "one three"]) == [5, 5]
