"""What holds for every text: a tree of spans, labels inside, nothing quadratic."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models.outline import Outline
from tests.unit.outline.samples import outline

LABELS = (
    "(a) (b) (i) (ii) (1) (2) (A) (I) (aa) (a)(1) 1. 2. 1.1 1.2 2.1 1) a. A. I. II. • - § l. O. (l) [3] “(a) "
    "Section|1. SEC.|2. Chapter|I. ARTICLE|II Schedule|A PART|B Exhibit|10.2 Article|premier (z-1) 12bis. "
    "WHEREAS RECITALS NOW,|THEREFORE This|Agreement|is|made|between By: Name: “Term”|means CONTENTS That "
    "4-101 III"
)
PIECES = st.sampled_from([label.replace("|", " ") for label in LABELS.split()])
TAILS = st.sampled_from(
    ["", " Text follows.", " of the Act", " TITLE", " — x", " ..... 3", " a; b", "   (b) c"]
)
TEXTS = st.lists(st.tuples(PIECES, TAILS).map("".join), max_size=25).map("\n".join)
COUNT = 10_000


def check(found: Outline, text: str) -> None:
    """The constructor refuses what is no tree; the rest is that every look-up agrees with it."""
    for index, node in enumerate(found.nodes):
        assert node.span == node.span.trimmed(text)
        assert node.span.start < node.span.end
        assert node.label is None or 0 <= node.label.start - node.span.start <= 1
        assert index in found.children(node.parent)
        assert all(index in found.ancestors(below) for below in found.children(index))


@given(text=TEXTS)
@settings(max_examples=150, deadline=None)
def test_every_outline_is_a_tree_of_spans(text: str) -> None:
    check(outline(text), text)


@given(
    top=st.sampled_from(["IN THE HIGH COURT\nMr Justice Made:", "UPPER TRIBUNAL", "EXPLANATORY MEMORANDUM"]),
    between=st.lists(TEXTS, min_size=6, max_size=12),
    dotted=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_every_judgment_and_memorandum_is_a_tree_of_spans(
    top: str, between: list[str], *, dotted: bool
) -> None:
    numbers = [f"1.{n}" if dotted else f"{n}." for n in range(1, len(between) + 1)]
    paragraphs = (f"{text}\n{number} It was so." for text, number in zip(between, numbers, strict=True))
    text = "\n".join((top, "1. A", *paragraphs))
    check(outline(text), text)


@given(text=st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_has_an_outline(text: str) -> None:
    found = outline(text)
    check(found, text)
    assert found == outline(text)


def test_ten_thousand_equal_labels() -> None:
    text = "(a)\n" * COUNT
    found = outline(text)
    assert len(found.nodes) <= COUNT
    assert max(node.level for node in found.nodes) < COUNT // 100


def test_one_line_of_a_million_characters() -> None:
    check(outline("(a) " * 250_000), "(a) " * 250_000)
    check(outline("1. A. " * 170_000), "1. A. " * 170_000)
    check(outline("“" * 1_000_000), "“" * 1_000_000)
    check(outline("Section " * 125_000), "Section " * 125_000)
