"""Patterns looked for around their signs find what they find anywhere."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.legal import citations, governing, kind_words, mentions, money, others, term_forms
from services.legal.near import near
from services.legal.reference_words import KINDS, RELATIVE

PIECES = (
    "12 U.S.C. § 4101, 4102", "Pub. L. 104-1", "P.  L.  9-12", "D.C.M.R. 5", "7 D.CM.R. 5", "D. C. Code § 2",
    "40 CFR 1", "Fed. Reg.", "Directive (EU) 2016/680", "S.I. 2010/12", "Ala. Code § 5-1", "loi n° 78-17",
    "D. Lgs. n. 12", "[2010] EWHC 465", "C-12/99", "laws", "LAW", "Rechts", "is hereby amended", "be struck",
    "shall mean", "has the meaning", "US dollars", "5 euros", "francs", "this section", "this next section-",
    "Section 5", "§§ 4", "§§§ 4", "sub-paragraph (a)", "artº", "Sections", "section5", " ",
    " ", "\n", "(", "12", ", ",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
CASES = [
    *((pattern, signs, 160, 120) for pattern, _, signs in citations._KINDS),
    (governing._LAW, governing._LAW_SIGNS, 8, 24),
    (others._AMENDED, others._ORDERS, 24, 24),
    (money._WORD, money._WORD_SIGNS, 4, 16),
    (term_forms.BARE_MEANS, ("mean",), 16, 16),
]


@pytest.mark.parametrize("case", range(len(CASES)))
@given(text=TEXTS)
def test_near_gives_what_finditer_gives(case: int, text: str) -> None:
    """Whatever stands around."""
    pattern, signs, before, after = CASES[case]
    found = [match.span() for match in near(pattern, text, signs, before, after)]
    assert found == [match.span() for match in pattern.finditer(text)]


@given(text=TEXTS)
def test_every_name_before_a_number_is_among_the_words(text: str) -> None:
    """Nothing that the patterns of mentions find is missed because its word was not seen."""
    starts = {span.start for span in kind_words.words_of(text)}
    heads = [found for found in mentions._HEAD.finditer(text) if found["word"].lower() in KINDS]
    assert starts.issuperset(found.start("word") for found in heads)
    named = [found for found in RELATIVE.finditer(text) if found["word"].lower() in KINDS]
    assert starts.issuperset(found.start("word") for found in named)


def test_a_sign_everywhere_costs_no_more_than_the_pattern() -> None:
    """The windows of neighbouring signs are one."""
    text = "§" * 50_000
    assert list(near(re.compile("§x"), text, ("§",))) == []
