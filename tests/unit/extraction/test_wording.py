"""Markdown of what is not plain: formulas as LaTeX, emphasis, notes below their section, figures, ticks."""

from collections.abc import Sequence

import pytest

from models.apparatus import Apparatus, Link, LinkKind, Look, LookKind
from models.document import Block, BlockKind, Document
from models.span import Span
from services.extraction.latex import latex
from services.extraction.rendering import to_markdown

BOLD, ITALIC, FIXED = LookKind.BOLD, LookKind.ITALIC, LookKind.FIXED
SYMBOLS, RAISED, LOWERED = LookKind.SYMBOLS, LookKind.RAISED, LookKind.LOWERED


def document(
    blocks: Sequence[tuple[BlockKind, str]],
    looks: Sequence[tuple[LookKind, str]] = (),
    notes: Sequence[tuple[str, str]] = (),
) -> Document:
    """A document of these blocks; looks and notes are found by their wording, looks one after the other."""
    text = "\n\n".join(own for _, own in blocks)
    found: list[Block] = []
    for kind, own in blocks:
        start = text.index(own, found[-1].span.end if found else 0)
        found.append(Block(Span(start, start + len(own)), kind, int(kind is BlockKind.HEADING)))
    seen: list[Look] = []
    for look, own in looks:
        start = text.index(own, max((other.span.end for other in seen if other.kind is look), default=0))
        seen.append(Look(look, Span(start, start + len(own))))
    links = tuple(
        Link(
            LinkKind.FOOTNOTE,
            Span(at := text.index(mark), at + 1),
            Span(to := text.index(note), to + len(note)),
        )
        for mark, note in notes
    )
    return Document(text, "application/pdf", "", tuple(found), apparatus=Apparatus(links, looks=tuple(seen)))


def paragraph(text: str, *looks: tuple[LookKind, str]) -> str:
    return to_markdown(document([(BlockKind.PARAGRAPH, text)], looks)).rstrip("\n")


@pytest.mark.parametrize(
    ("text", "shifts", "written"),
    [
        ("xt", "-_", "x_{t}"),
        ("α ∈ [0, 1]", "-" * 10, "\\alpha\\in[0,1]"),
        ("θ x", "---", "\\theta x"),
        ("10−5", "--^^", "10^{-5}"),
        ("x(i)t", "-^^^_", "x^{(i)}_{t}"),
        ("x1 2", "-_-_", "x_{1}{}_{2}"),
        ("log p", "-----", "\\log p"),
        ("{0, . . . , T}", "-" * 14, "\\{0,\\ldots,T\\}"),
        ("ˇy", "--", "\\check{y}"),
        ("θ′", "-^", "\\theta^{\\prime}"),
        ("5%", "--", "5\\%"),
        ("ΑΩ", "--", "A\\Omega"),
    ],
)
def test_characters_of_formulas_are_commands_and_groups(text: str, shifts: str, written: str) -> None:
    assert latex(text, shifts) == written


def test_a_formula_in_a_sentence_stands_between_dollars_and_its_full_stop_does_not() -> None:
    text = "We assume xt ∼ N(0, 1), so that α-stable noise (θ) is below 0.5 ≤ K."
    looks = [(SYMBOLS, "x"), (LOWERED, "t"), (SYMBOLS, "∼"), (SYMBOLS, "N"), (SYMBOLS, "α"), (SYMBOLS, "θ")]
    assert paragraph(text, *looks, (SYMBOLS, "≤ K")) == (
        "We assume $x_{t}\\sim N(0,1)$, so that $\\alpha$-stable noise $(\\theta)$ is below $0.5\\leq K$."
    )


def test_numbers_years_and_amounts_are_no_formulas() -> None:
    text = "In 2015 (see [4]) it paid $5 = five dollars; 10 - 3 is 7."
    assert paragraph(text) == text


def test_raised_and_lowered_numbers_in_words_have_characters_of_their_own() -> None:
    assert paragraph("10 kg m−2 of SO3", (RAISED, "−2"), (LOWERED, "3")) == "10 kg m⁻² of SO₃"


def test_what_stands_out_of_its_paragraph_is_emphasized() -> None:
    text = "Run the installer now, carefully."
    looks = ((BOLD, "installer"), (ITALIC, "carefully"), (FIXED, "Run"))
    assert paragraph(text, *looks) == "`Run` the **installer** now, _carefully_."
    assert paragraph(text, (ITALIC, text)) == text
    assert paragraph("unbelievable", (ITALIC, "believ")) == "unbelievable"


def test_a_displayed_formula_stands_alone_with_its_number_behind_it() -> None:
    read = document([(BlockKind.FORMULA, "x = y (3)")], [(SYMBOLS, "x = y")])
    assert to_markdown(read) == "$$x=y$$ (3)\n"


def test_a_note_stands_at_the_end_of_the_section_that_refers_to_it() -> None:
    read = document(
        [
            (BlockKind.HEADING, "Scope"),
            (BlockKind.PARAGRAPH, "All goods* are meant."),
            (BlockKind.PARAGRAPH, "So are parts."),
            (BlockKind.HEADING, "Price"),
            (BlockKind.FOOTNOTE, "* As listed."),
            (BlockKind.PARAGRAPH, "It is fixed."),
        ],
        notes=[("*", "* As listed.")],
    )
    assert to_markdown(read) == (
        "# Scope\n\nAll goods[^1] are meant.\n\nSo are parts.\n\n[^1]: As listed.\n\n"
        "# Price\n\nIt is fixed.\n"
    )


def test_words_in_a_figure_describe_it_and_labels_of_axes_do_not() -> None:
    assert to_markdown(document([(BlockKind.FIGURE, "Encoder\nDecoder N")])) == "![Encoder Decoder N]()\n"
    assert to_markdown(document([(BlockKind.FIGURE, "10\n20\n30\nSNR (dB)")])) == "![]()\n"


def test_ticked_and_open_boxes_are_tasks_and_squares_alone_are_bullets() -> None:
    items = [(BlockKind.LIST_ITEM, "⊠ done"), (BlockKind.LIST_ITEM, "□ open")]
    assert to_markdown(document(items)) == "- [x] done\n\n- [ ] open\n"
    assert to_markdown(document(items[1:])) == "- open\n"


def test_a_symbol_without_a_character_stays_as_it_is() -> None:
    assert paragraph("up to 5.7 \ufffdg/L", (SYMBOLS, "\ufffd")) == "up to 5.7 \ufffdg/L"
