"""Kinds of blocks by look and place: captions, code, formulas, footnotes, figures, tagged roles."""

from dataclasses import replace

import pytest

from models.document import BlockKind
from models.geometry import Box
from services.extraction.captions import is_caption, mark_captions, names_table
from services.extraction.footnotes import mark_of
from services.extraction.formulas import is_formula
from services.extraction.kinds import mark_kinds
from services.extraction.raw import RawBlock, RawLine, RawPage, RawPaper, RawWord, Run, Style
from services.extraction.structure_tree import is_sane, tagged_depths

PLAIN = Style(10.0)
SMALL = Style(8.0)
FIXED = Style(10.0, fixed=True)
MATH = Style(10.0, math=True)
BODY = "The supplier shall deliver the goods that the order names, and the buyer shall pay for them in time."


def line(
    text: str, style: Style = PLAIN, y: float = 100.0, runs: tuple[Run, ...] = (), role: str = ""
) -> RawLine:
    words = []
    x = 72.0
    for word in text.split():
        words.append(RawWord(word, Box(x, y, x + 5.0 * len(word), y + style.size)))
        x += 5.0 * len(word) + 3.0
    return RawLine(tuple(words), Box(72.0, y, x - 3.0, y + style.size), style, runs=runs, role=role)


def block(*lines: RawLine) -> RawBlock:
    return RawBlock(1, tuple((one,) for one in lines))


def body() -> RawBlock:
    return block(*(line(BODY, y=100.0 + 12 * n) for n in range(4)))


def note(mark: str, text: str, y: float) -> RawLine:
    runs = (Run(len(mark), Style(6.0), raised=True), Run(len(text.replace(" ", "")), SMALL))
    return line(mark + text, SMALL, y, runs)


def kinds(*blocks: RawBlock) -> list[tuple[str, str]]:
    page = RawPage(1, 612.0, 792.0)
    return [(one.kind.value, one.text) for one in mark_kinds(blocks, RawPaper((page,)))]


@pytest.mark.parametrize(
    ("text", "caption", "table"),
    [
        ("Table 3. Results", True, True),
        ("Fig. 2: A tree", True, False),
        ("TABLE II", True, True),
        ("Abbildung 4: Ein Baum", True, False),
        ("Table 3 shows that", False, False),
        ("Figures", False, False),
        ("Tables of values", False, False),
    ],
)
def test_a_caption_begins_with_its_number(text: str, caption: bool, table: bool) -> None:  # noqa: FBT001
    assert is_caption(text) is caption
    assert names_table(text) is table


def test_a_number_alone_takes_the_lines_below_it_into_the_caption() -> None:
    found = mark_captions([block(line("TABLE I", y=100)), block(line("RESULTS OF THE TEST", y=112)), body()])
    assert [(one.kind, one.text) for one in found[:1]] == [(BlockKind.CAPTION, "TABLE I RESULTS OF THE TEST")]


def test_lines_of_fixed_pitch_are_one_block_of_code() -> None:
    found = kinds(body(), block(line("def a():", FIXED, 160)), block(line("return 1", FIXED, 190)), body())
    assert found[1] == ("code", "def a(): return 1")


def test_nothing_is_code_where_all_text_has_fixed_pitch() -> None:
    assert kinds(block(*(line(BODY, FIXED, 100 + 12 * n) for n in range(3))))[0][0] == "paragraph"


def test_symbols_with_a_relation_are_a_formula_and_a_sentence_with_symbols_is_none() -> None:
    runs = (Run(1, MATH), Run(1, PLAIN), Run(3, MATH), Run(3, PLAIN))
    assert is_formula(block(line("x = y+z (1)", runs=runs)))
    assert not is_formula(block(line("where x = y holds for all values", runs=())))
    assert not is_formula(block(line("(1)")))


def test_small_notes_in_the_lower_half_are_cut_from_each_other() -> None:
    notes = block(
        note("1", "See the order.", 700), note("2", "The same.", 710), line("as above.", SMALL, 720)
    )
    found = kinds(body(), notes)
    assert found[1:] == [("footnote", "1See the order."), ("footnote", "2The same. as above.")]
    high = block(note("1", "See the order.", 80))
    assert kinds(high, body())[0][0] != "footnote"


def test_marks_of_notes_are_raised_numbers_or_signs() -> None:
    assert mark_of((note("12", "See", 0),)) == "12"
    assert mark_of((line("* See", SMALL),)) == "*"
    assert mark_of((line("12 See", SMALL),)) == ""


def test_a_sane_structure_tree_tells_headings_and_lists() -> None:
    text = replace(body(), rows=tuple((replace(one, role="Document P"),) for one in body().lines))
    heading = block(line("Delivery", role="Document H2"))
    item = block(line("first", role="Document L LI LBody"))
    assert tagged_depths([heading, text]) == {0: 2}
    assert [kind for kind, _ in kinds(heading, text, item)] == ["heading", "paragraph", "list_item"]
    assert not is_sane([heading, body(), body()])


def test_the_limits_of_a_sum_belong_to_its_formula_and_text_below_does_not() -> None:
    formula = block(line("Heff = Hm + Hn + Hk, (11)", y=300.0))
    limits = block(line("αβ k", Style(7.0, math=True), y=311.0))
    above = block(line("N", Style(7.0, math=True), y=292.0))
    text = block(line("where N is odd", y=326.0))
    found = kinds(body(), above, formula, limits, text)
    assert found[1:] == [("formula", "N Heff = Hm + Hn + Hk, (11) αβ k"), ("paragraph", "where N is odd")]
