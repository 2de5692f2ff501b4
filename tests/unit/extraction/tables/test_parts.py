"""The parts of table recognition, each by itself."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from models.geometry import Box
from services.extraction.frames import Placed
from services.extraction.pdf import read_pdf
from services.extraction.pdf_rules import THIN, drawn_rules
from services.extraction.raw import RawLine, RawWord, Style
from services.extraction.tables.columns import channels, column_of, is_number
from services.extraction.tables.compacting import compacted
from services.extraction.tables.lattice import inside, lattices
from services.extraction.tables.prose import without_prose
from services.extraction.tables.regions import regions
from services.extraction.tables.rules import Rule, Rules, covered, positions, rules_of
from services.extraction.tables.structure import structured
from services.extraction.tables.text_rows import text_rows
from services.extraction.tables.values import GridCell, Item, Place, items_of, segment_of
from tests.unit.extraction.samples import HEIGHT, pdf, write

PAGE = Box(0, 0, 600, 800)
NONE = Rules((), ())


def item(text: str, x: float, y: float) -> Item:
    box = Box(x, y, x + 5.0 * len(text), y + 10)
    return Item(RawWord(text, box), box)


def row(y: float, **cells: str) -> list[Item]:
    """Words at the x that their names say: `x50="Net sales"`."""
    found = []
    for name, text in cells.items():
        x = float(name[1:])
        for word in text.split():
            found.append(item(word, x, y))
            x += 5.0 * len(word) + 3
    return found


def line_of(items: Sequence[Item], rank: int) -> Placed:
    box = segment_of(items).box
    return Placed(RawLine(tuple(i.word for i in items), box, Style(10)), rank, box)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(
            (text, True)
            for text in ("12", "1,204.50", "(3.4)", "–0.5", "$5", "45%", "n/a", "–", "*****", "12a", "1999")
        ),
        *((text, False) for text in ("Net", "Q1", "-----", ".....", "a12", "12 3", "", "(a)", "x")),
    ],
)
def test_figures(text: str, number: bool) -> None:  # noqa: FBT001
    assert is_number(text) is number


def test_pieces_of_a_line_are_one_and_what_is_short_is_none() -> None:
    boxes = [Box(0, 9, 50, 10), Box(52, 9.5, 90, 10), Box(200, 9, 205, 10), Box(10, 0, 11, 40)]
    found = rules_of(boxes, PAGE)
    assert [(rule.start, rule.end) for rule in found.horizontal] == [(0, 90)]
    assert found.vertical == (Rule(10.5, 0, 40),)


def test_edges_of_shades_are_rules_except_along_a_line() -> None:
    shade = Box(10, 10, 100, 40)
    assert len(rules_of([shade], PAGE).horizontal) == len(rules_of([shade], PAGE).vertical) == 2
    frame = [Box(5, 5, 105, 5.5), Box(5, 45, 105, 45.5), Box(5, 5, 5.5, 45), Box(105, 5, 105.5, 45)]
    assert (
        len(rules_of([shade, *frame], PAGE).horizontal) == len(rules_of([shade, *frame], PAGE).vertical) == 2
    )
    assert rules_of([Box(0, 0, 600, 800)], PAGE) == NONE
    assert rules_of([shade] * 5000, PAGE) == NONE


def test_how_much_of_a_line_is_drawn() -> None:
    rules = [Rule(10, 0, 40), Rule(11, 30, 60), Rule(30, 0, 100)]
    assert covered(rules, 10, 0, 100) == pytest.approx(0.6)
    assert covered(rules, 60, 0, 100) == 0.0
    assert covered(rules, 10, 5, 5) == 0.0
    assert positions([10, 11, 30, 12]) == [11, 30]


@pytest.mark.parametrize("width", [0.25, 1, 2, 3.5])
def test_a_stroke_is_where_it_is_drawn_and_as_thin(width: float) -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, ["a", "b", "c"], top=100)
        write(canvas, ["d", "e", "f"], x=300, top=100)
        canvas.setLineWidth(width)
        canvas.line(72, HEIGHT - 200, 400, HEIGHT - 200)
        canvas.rect(72, HEIGHT - 300, 200, 50)

    (page,) = read_pdf(pdf(draw)).pages
    assert all(min(box.width, box.height) <= THIN for box in page.rules)
    rules = rules_of(page.rules, PAGE)
    assert [rule.at for rule in rules.horizontal] == pytest.approx([200, 250, 300])
    assert [rule.at for rule in rules.vertical] == pytest.approx([72, 272])
    assert (rules.horizontal[0].start, rules.horizontal[0].end) == pytest.approx((72, 400))


def test_a_thick_stroke_is_a_shade_and_shades_of_one_color_that_touch_are_one() -> None:
    path = {"type": "s", "width": 20.0, "items": [("l", (10, 50), (200, 50)), ("c",), ("l", (0, 0), (9, 9))]}
    stroke = (0, 40, 210, 60, "<vector stroked, color: #000000, is-rect: true>", 0, 3)
    assert drawn_rules([stroke], lambda: [path], None) == (Box(10, 40, 200, 60),)
    fills = [
        (10.0, y, 90.0, y + 12, "<vector filled, color: #ccffcc, is-rect: true>", 0, 3) for y in (0, 12, 24)
    ]
    white = (10.0, 50.0, 90.0, 62.0, "<vector filled, color: #ffffff, is-rect: true>", 0, 3)
    assert drawn_rules([*fills, white], list, None) == (Box(10, 0, 90, 36),)


def test_a_lattice_has_one_cell_where_a_line_is_missing() -> None:
    rules = Rules(
        (Rule(0, 0, 100), Rule(20, 0, 100), Rule(40, 0, 100)),
        (Rule(0, 0, 40), Rule(50, 20, 40), Rule(100, 0, 40)),
    )
    (found,) = lattices(rules)
    assert found.cells == ((0, 0, 1, 2), (1, 0, 2, 1), (1, 1, 2, 2))
    assert found.cell_box((0, 0, 1, 2)) == Box(0, 0, 100, 20)
    assert [i.word.text for i in inside([item("in", 10, 5), item("out", 10, 50)], found.box)] == ["in"]


def test_lines_that_do_not_cross_and_lines_without_end_make_no_lattice() -> None:
    assert list(lattices(Rules((Rule(0, 0, 100), Rule(20, 0, 100)), (Rule(300, 0, 90),)))) == []
    many = tuple(Rule(n, 0, 9000) for n in range(700))
    assert list(lattices(Rules(many, many))) == []


def test_strips_that_only_large_cells_reach_into_go_to_a_neighbour() -> None:
    def cell(text: str, *place: int) -> GridCell:
        return GridCell(Place(*place), (segment_of([item(text, place[1] * 50, place[0] * 20)]),))

    cells = [cell("A", 0, 0, 1, 2), cell("B", 0, 2), cell("c", 2, 0), cell("d", 2, 2)]
    grid = compacted(cells)
    assert [(c.text, tuple(c.place)) for c in grid.cells] == [
        ("A", (0, 0, 1, 1)),
        ("B", (0, 1, 1, 1)),
        ("c", (1, 0, 1, 1)),
        ("d", (1, 1, 1, 1)),
    ]
    assert (grid.rows, grid.columns) == (2, 2)
    whole = [cell("A", 0, 0, 1, 2), cell("b", 1, 0), cell("c", 1, 1)]
    assert [tuple(c.place) for c in compacted(whole).cells] == [(0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1)]


PLACES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 3), st.integers(1, 3)),
    min_size=1,
    max_size=8,
)


@given(PLACES)
def test_compacting_keeps_cells_apart_and_in_order(places: list[tuple[int, int, int, int]]) -> None:
    taken: set[tuple[int, int]] = set()
    cells = []
    for n, (r, c, h, w) in enumerate(places):
        own = {(i, j) for i in range(r, r + h) for j in range(c, c + w)}
        if not own & taken:
            taken |= own
            cells.append(GridCell(Place(r, c, h, w), (segment_of([item(f"w{n}", c * 50, r * 20)]),)))
    grid = compacted(cells)
    after = [(i, j) for g in grid.cells for i, j in _taken(g.place)]
    assert len(after) == len(set(after))
    assert max(i for i, _ in after) < grid.rows
    assert max(j for _, j in after) < grid.columns
    before = {cell.text: cell.place for cell in cells}
    for a in grid.cells:
        for b in grid.cells:
            if before[a.text].column < before[b.text].column:
                assert a.place.column <= b.place.column
            if before[a.text].row < before[b.text].row:
                assert a.place.row <= b.place.row


def _taken(place: Place) -> list[tuple[int, int]]:
    return [
        (i, j)
        for i in range(place.row, place.row + place.row_span)
        for j in range(place.column, place.column + place.column_span)
    ]


def test_words_of_one_height_are_a_row_cut_at_wide_gaps() -> None:
    items = [
        *row(100, x50="Net sales", x200="12", x300="40"),
        *row(103, x400="raised"),
        *row(120, x50="Costs"),
    ]
    found = text_rows(items[::-1])
    assert [[s.text for s in r.segments] for r in found] == [["Net sales", "12", "40", "raised"], ["Costs"]]
    assert sorted(i.word.text for i in items_of(found)) == sorted(i.word.text for i in items)


def test_channels_run_through_all_rows_and_signs_are_no_column() -> None:
    rows = text_rows(
        [
            i
            for n in range(6)
            for i in row(100 + 14 * n, x50=f"item {n}", x150="$", x160=f"{n}00", x300=f"{n}.5", x330="%")
        ]
    )
    found = channels(rows)
    assert len(found) == 2
    assert [column_of(i, found) for i in rows[0].items] == [0, 0, 1, 1, 2, 2]


def test_running_text_is_set_aside_and_cells_are_not() -> None:
    words = "the parties agree that the supplier shall deliver the goods in due time and form"
    prose = [line_of(row(100 + 12 * n, x50=words), n) for n in range(6)]
    cells = [line_of(row(300 + 12 * n, x50="item"), 10 + n) for n in range(6)]
    assert without_prose([*prose, *cells]) == cells


def test_a_region_is_rows_that_leave_the_same_space_open() -> None:
    table = [i for n in range(5) for i in row(200 + 14 * n, x50=f"item {n}", x200=str(n), x300=str(7 * n))]
    above = row(100, x50="Some words that stand alone")
    below = row(400, x50="And others, also alone")
    (found,) = regions(text_rows([*above, *table, *below]), NONE)
    assert [i.word.text for i in items_of(found)] == [i.word.text for i in table]


def test_wrapped_labels_and_headings_over_rows() -> None:
    items = [
        *row(100, x50="Kind", x200="1990", x300="2000"),
        *row(114, x50="Grain"),
        *row(128, x60="Wheat and all of its", x200="12", x300="14"),
        *row(139, x60="barley"),
        *row(153, x60="Rye", x200="3", x300="5"),
        *row(167, x60="Oats", x200="3", x300="5"),
    ]
    grid = structured(text_rows(items), NONE)
    assert grid is not None
    assert (grid.rows, grid.columns) == (5, 3)
    assert [c.text for c in grid.cells if c.place.column == 0] == [
        "Kind",
        "Grain",
        "Wheat and all of its barley",
        "Rye",
        "Oats",
    ]
    assert [c.text for c in grid.cells if c.is_header] == ["Kind", "1990", "2000"]
    assert structured(text_rows(row(100, x50="one two three")), NONE) is None
