from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.document import BlockKind
from models.geometry import Box
from services.extraction.captions import mark_captions
from services.extraction.enumerators import is_bullet, is_enumerated, is_section, number_depth
from services.extraction.frames import Placed, placed
from services.extraction.furniture import clear
from services.extraction.headings import mark_headings
from services.extraction.lists import mark_lists
from services.extraction.page_edges import wording
from services.extraction.paragraphs import paragraphs, spacing
from services.extraction.raw import OutlineEntry, RawBlock, RawLine, RawPage, RawWord, Style
from services.extraction.reading_order import flows, rows

PLAIN = Style(10.0)


def line(text: str, x: float, y: float, *, width: float = 200, style: Style = PLAIN) -> RawLine:
    box = Box(x, y, x + width, y + style.size)
    return RawLine((RawWord(text, box),), box, style)


def block(text: str, *, page: int = 1, y: float = 100, x: float = 50, style: Style = PLAIN) -> RawBlock:
    return RawBlock(page, ((line(text, x, y, style=style),),))


def body(page: int = 1) -> RawBlock:
    return RawBlock(page, tuple((line("running text of the body", 50, 200 + 12 * n),) for n in range(9)))


def order(lines: list[RawLine]) -> list[str]:
    return [item.line.text for flow in flows(placed(lines)[0]) for row in flow for item in row]


coordinates = st.floats(0, 600, allow_nan=False)
boxes = st.builds(lambda x, y, w: Box(x, y, x + w, y + 10), coordinates, coordinates, st.floats(1, 500))


@given(st.lists(boxes, max_size=40))
def test_no_line_is_lost_or_doubled_by_the_reading_order(given_boxes: list[Box]) -> None:
    items = [
        Placed(RawLine((RawWord("w", box),), box, Style(10.0)), rank, box)
        for rank, box in enumerate(given_boxes)
    ]
    ordered = [item.rank for flow in flows(items) for row in flow for item in row]
    assert sorted(ordered) == list(range(len(items)))


def test_a_heading_across_the_page_ends_the_columns_above_it() -> None:
    def columns(top: float, name: str) -> list[RawLine]:
        left = [line(f"{name} left {n}", 50, top + 12 * n) for n in range(8)]
        return left + [line(f"{name} right {n}", 300, top + 12 * n) for n in range(8)]

    across = line("across", 50, 310, width=450)
    found = order([*columns(200, "upper"), across, *columns(330, "lower")])
    expected = [
        f"{part} {side} {n}" for part in ("upper", "lower") for side in ("left", "right") for n in range(8)
    ]
    assert found == [*expected[:16], "across", *expected[16:]]


def test_a_line_that_sticks_out_of_its_column_stays_in_it() -> None:
    left = [line(f"left {n}", 50, 100 + 12 * n, width=280 if n == 4 else 200) for n in range(10)]
    right = [line(f"right {n}", 300, 100 + 12 * n) for n in range(10)]
    assert order([*left, *right]) == [item.text for item in (*left, *right)]


def test_a_footer_in_the_gutter_does_not_hide_the_columns() -> None:
    left = [line(f"left {n}", 50, 100 + 12 * n, width=245) for n in range(10)]
    right = [line(f"right {n}", 307, 100 + 12 * n) for n in range(10)]
    assert order([*left, *right, line("7", 299, 700, width=4)])[:20] == [
        item.text for item in (*left, *right)
    ]


def test_levels_of_one_look_are_the_same_all_over_the_document() -> None:
    large, small = Style(16.0, bold=True), Style(12.0, bold=True)
    blocks = [body(), block("First part", style=large), block("Detail", style=small), body(2)]
    blocks += [block("Other detail", page=2, style=small), block("Second part", page=2, style=large)]
    levels = {item.text: item.level for item in mark_headings(blocks, ()) if item.kind is BlockKind.HEADING}
    assert levels["Detail"] == levels["Other detail"] == levels["Second part"] + 1


def test_a_look_takes_the_level_that_the_outline_gives_to_one_of_its_blocks() -> None:
    bold = Style(10.0, bold=True)
    blocks = [
        body(),
        block("Known to the outline", style=bold),
        body(2),
        block("Not known", page=2, style=bold),
    ]
    marked = mark_headings(blocks, [OutlineEntry(3, "1.2.1 Known to the Outline", 1)])
    assert [(item.kind, item.level) for item in marked][1::2] == [(BlockKind.HEADING, 1)] * 2


def test_decimal_numbers_show_depth_where_there_is_no_outline() -> None:
    bold = Style(10.0, bold=True)
    titles = ["1 Scope", "1.1 Goods", "1.1.1 Kinds of goods", "2 Price"]
    marked = mark_headings([body(), *(block(title, style=bold) for title in titles)], ())
    assert [item.level for item in marked[1:]] == [1, 2, 3, 1]


def test_parts_named_as_contracts_name_them_are_headings_however_they_are_set() -> None:
    texts = ["ARTICLE IV", "Section 2. Delivery of Goods", "Section 2 of the lease applies", "§ 12 Scope"]
    marked = mark_headings([body(), *(block(text) for text in texts)], ())
    kinds = [item.kind for item in marked[1:]]
    assert kinds == [BlockKind.HEADING, BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.HEADING]


def test_fields_to_fill_in_and_long_bold_sentences_are_no_headings() -> None:
    bold = Style(10.0, bold=True)
    texts = [
        "Name: ________",
        "the following applies:",
        "In witness whereof " + "the parties have signed " * 6 + ".",
    ]
    marked = mark_headings([body(), *(block(text, style=bold) for text in texts)], ())
    assert {item.kind for item in marked} == {BlockKind.PARAGRAPH}


def test_captions_are_no_headings() -> None:
    bold = Style(10.0, bold=True)
    texts = ["Table 3. Prices of a year", "FIG. 2", "Figure 2-1: A view", "Table 3 shows prices"]
    marked = mark_headings(mark_captions([body(), *(block(text, style=bold) for text in texts)]), ())
    assert [item.kind for item in marked[1:]] == [*[BlockKind.CAPTION] * 3, BlockKind.HEADING]


def test_depth_of_items_follows_their_indentation() -> None:
    items = [("(a) one", 50), ("(i) inner", 80), ("(ii) inner", 80), ("(b) two", 50)]
    marked = mark_lists([block(text, x=x) for text, x in items])
    assert [item.level for item in marked] == [1, 2, 2, 1]


def test_page_numbers_count_with_the_pages_wherever_they_stand() -> None:
    pages = [
        RawPage(n, 600, 800, (*body().lines, line(str(n + 10), 300, 700 + 12 * n, width=10)), drawn=True)
        for n in range(1, 6)
    ]
    cleared = clear(pages)
    assert [drop.text for drop in cleared.drops] == ["11", "12", "13", "14", "15"]
    assert all(len(page.lines) == 9 for page in cleared.pages)


def test_a_number_that_does_not_count_with_the_pages_stays() -> None:
    pages = [
        RawPage(n, 600, 800, (*body().lines, line(str(n * n * 7), 300, 690 + 22 * n, width=10)), drawn=True)
        for n in range(1, 5)
    ]
    assert not clear(pages).drops


def test_what_repeats_on_a_few_of_many_pages_stays() -> None:
    def page(number: int) -> RawPage:
        extra = (line("amended to read as follows:", 50, 760),) if number % 40 == 0 else ()
        return RawPage(number, 600, 800, (*body().lines, *extra), drawn=True)

    assert not clear([page(n) for n in range(1, 200)]).drops


def test_numbers_and_roman_numerals_do_not_tell_furniture_apart() -> None:
    assert wording("Page 7 of 12") == wording("PAGE 8 of 12")
    assert wording("xiv") == wording("3") == "0"
    assert wording("Section 7 of the Act", apart=False) != wording("Section 8 of the Act", apart=False)


def test_bullets_enumerators_and_parts_are_known_by_their_beginning() -> None:
    assert all(map(is_bullet, ["• one", "– two", "- three", "▪four", "–four", "⊠ done"]))
    assert not any(map(is_bullet, ["-5 degrees", "word", "*emphasis*", "—. 2016, Nature"]))
    assert all(map(is_enumerated, ["(a) x", "(1)(A) x", "3. x", "iv) x", "2.1 x", "[7] x", "(1A) x"]))
    assert not any(map(is_enumerated, ["3.5m x", "(see above) x", "1999 was", "a word"]))
    assert all(map(is_section, ["ARTICLE IV", "§ 12 Scope", "Section 3. Price", "Chapter 2: Goods"]))
    assert not any(map(is_section, ["Sectional view", "part of it", "12 Scope"]))
    assert [number_depth(text) for text in ("2 Scope", "2.1.3 Scope", "Scope")] == [1, 3, 0]


@given(st.lists(boxes, min_size=1, max_size=30), st.integers(0, 3))
def test_lines_of_any_direction_lie_flat_in_their_frame(given_boxes: list[Box], turn: int) -> None:
    lines = [RawLine((RawWord("w", box),), box, Style(10.0), turn) for box in given_boxes]
    for item in placed(lines)[0]:
        sides = (item.box.width, item.box.height)
        expected = (item.line.box.width, item.line.box.height)
        assert sides == (expected if turn % 2 == 0 else expected[::-1])
    assert [a.rank < b.rank for a, b in pairwise(placed(lines)[0])] == [True] * (len(lines) - 1)


def test_a_numbered_line_above_a_paragraph_is_a_heading_however_it_is_set() -> None:
    def paragraph(text: str, y: float) -> RawBlock:
        return RawBlock(1, tuple((line(text, 50, y + 12 * n),) for n in range(4)))

    blocks = [
        body(),
        block("2.3 Adsorption of the salt", y=320),
        paragraph("The salt was kept in water.", 340),
        block("2.4 the salt is kept in water", y=400),
        paragraph("It was kept there.", 420),
        block("2.5 Water", y=480),
        block("2.6 Salt", y=500),
    ]
    kinds = [item.kind for item in mark_lists(mark_headings(blocks, ()))]
    assert kinds[1::2] == [BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.LIST_ITEM]


def test_initials_and_numbers_of_bills_begin_no_items_and_neither_do_bare_numbers() -> None:
    texts = ["S. Deng et al.", "S. 1014 was passed by both houses", "0.25", "(3)"]
    marked = mark_lists([block(text) for text in texts])
    assert {item.kind for item in marked} == {BlockKind.PARAGRAPH}
    lettered = mark_lists([block(text) for text in ("A. Goods", "B. Prices", "C. Places")])
    assert {item.kind for item in lettered} == {BlockKind.LIST_ITEM}


def test_entries_of_an_index_are_blocks_of_their_own() -> None:
    def entry(text: str, y: float, x: float = 50) -> RawLine:
        words, at = [], x
        for word in text.split():
            words.append(RawWord(word, Box(at, y, at + 5 * len(word), y + 10)))
            at += 5 * len(word) + 4
        return RawLine(tuple(words), Box(x, y, at - 4, y + 10), PLAIN)

    texts = [
        ("boxes 39, 252, 411", 50),
        ("borders of a page 83", 50),
        ("columns, how they are found, also", 50),
        ("where pages are turned 12, 14,", 60),
        ("17-19", 60),
        ("cuts 7", 50),
    ]
    flow = rows(placed([entry(text, 100 + 12 * n, x) for n, (text, x) in enumerate(texts)])[0])
    found = [item.text for item in paragraphs(flow, 1, spacing([flow]))]
    assert found == [
        "boxes 39, 252, 411",
        "borders of a page 83",
        "columns, how they are found, also where pages are turned 12, 14, 17-19",
        "cuts 7",
    ]


def test_after_a_short_note_the_next_one_goes_on_at_the_margin() -> None:
    lines = [line("1 The first note.", 62, 100), line("2 The second note", 62, 112), line("goes on", 50, 124)]
    (flow,) = flows(placed(lines)[0])
    found = paragraphs(flow, 1, spacing([flow]))
    assert found[-1].text.endswith("note goes on")
