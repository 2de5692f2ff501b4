"""Headings over a whole document: what is one, how deep it is, where it ends."""

from models.document import BlockKind
from models.geometry import Box
from services.extraction.heading_levels import Traits, levels
from services.extraction.headings import mark_headings
from services.extraction.matter import contents_of, is_named_matter
from services.extraction.numbering import readings, resolved
from services.extraction.raw import OutlineEntry, RawBlock, RawLine, RawWord, Run, Style

PLAIN = Style(10.0)
BOLD = Style(10.0, bold=True)
LARGE = Style(14.0, bold=True)
BODY = "The supplier shall deliver the goods that the order names, and the buyer shall pay for them in time."


def line(text: str, style: Style = PLAIN, y: float = 0.0, runs: tuple[Run, ...] = ()) -> RawLine:
    words = []
    x = 72.0
    for word in text.split():
        words.append(RawWord(word, Box(x, y, x + 5.0 * len(word), y + style.size)))
        x += 5.0 * len(word) + 3.0
    return RawLine(tuple(words), Box(72.0, y, x, y + style.size), style, runs=runs)


def block(text: str, style: Style = PLAIN, page: int = 2, y: float = 0.0) -> RawBlock:
    return RawBlock(page, ((line(text, style, y),),))


def body(page: int = 2) -> RawBlock:
    return RawBlock(page, tuple((line(BODY, y=12.0 * n),) for n in range(4)))


def depths(*texts: str, style: Style = LARGE) -> list[int]:
    numbers = resolved([readings(text) for text in texts])
    return levels([Traits(style.size, style.bold, reading=number) for number in numbers])


def test_decimal_numbers_nest_though_all_look_the_same() -> None:
    assert depths("1 A", "1.1 B", "1.2 C", "1.2.1 D", "2 E", "2.1 F") == [1, 2, 2, 3, 1, 2]


def test_statutes_nest_as_their_names_say() -> None:
    named = ["TITLE I", "CHAPTER 1", "Section 1. A", "Section 2. B", "CHAPTER 2", "Section 3. C", "TITLE II"]
    assert depths(*named) == [1, 2, 3, 3, 2, 3, 1]


def test_parts_in_chapters_and_chapters_in_parts_both_nest_as_the_document_shows() -> None:
    parts = ["Part 1", "Chapter 1", "Chapter 2", "Part 2", "Chapter 1", "Chapter 2"]
    assert depths(*parts) == [1, 2, 2, 1, 2, 2]
    chapters = ["Chapter 1", "Part 1", "Part 2", "Chapter 2", "Part 1", "Part 2"]
    assert depths(*chapters) == [1, 2, 2, 1, 2, 2]


def test_unnumbered_headings_are_as_deep_as_numbered_ones_that_look_the_same() -> None:
    assert depths("1 A", "1.1 B", "2 C", "2.1 D", "References") == [1, 2, 1, 2, 1]


def test_one_sequence_of_numbers_has_one_level_even_where_one_of_it_looks_other() -> None:
    traits = [Traits(12.0, bold=n != 3, reading=readings(f"{n}. A")[0]) for n in range(1, 6)]
    assert levels(traits) == [1] * 5


def test_larger_type_encloses_smaller_and_bookmarks_decide_against_it() -> None:
    sizes = [16.0, 12.0, 12.0, 16.0, 12.0]
    assert levels([Traits(size) for size in sizes]) == [1, 2, 2, 1, 2]
    outlined = [Traits(size, depth=2 if size == 16.0 else 1) for size in (12.0, 16.0, 12.0, 16.0)]
    assert levels(outlined) == [1, 2, 1, 2]


def test_no_level_is_deeper_than_six() -> None:
    assert max(depths("1 A", "1.1 B", "1.1.1 C", "1.1.1.1 D", "1.1.1.1.1 E", "1.1.1.1.1.1 F", "(a) G")) <= 6


def kinds(blocks: list[RawBlock], outline: tuple[OutlineEntry, ...] = ()) -> list[tuple[str, int, str]]:
    return [(b.kind.value, b.level, b.title or b.text[:30]) for b in mark_headings(blocks, outline)]


def test_a_look_that_comes_again_is_no_title() -> None:
    repeated = [block("First matter", LARGE, 1), body(1), block("Second matter", LARGE), body()]
    third = [block("Third matter", LARGE), body()]
    assert [kind for kind, *_ in kinds(repeated + third)] == ["heading", "paragraph"] * 3
    alone = [block("Great matter", Style(18.0), 1), block("1. One", BOLD, 1), body(1)]
    assert [kind for kind, *_ in kinds(alone)] == ["title", "heading", "paragraph"]


def test_a_bold_numbered_start_of_a_paragraph_is_a_heading_of_its_own() -> None:
    runs = (Run(len("2.1Term."), BOLD), Run(len("Theagreementlasts"), PLAIN))
    paragraph = RawBlock(
        2, ((line("2.1 Term. The agreement lasts", runs=runs),), (line("two years.", y=12),))
    )
    found = mark_headings([body(), paragraph, body()], ())
    assert [(b.kind, b.text) for b in found[1:3]] == [
        (BlockKind.HEADING, "2.1 Term."),
        (BlockKind.PARAGRAPH, "The agreement lasts two years."),
    ]


def test_a_bold_term_in_a_sentence_is_no_heading() -> None:
    runs = (Run(len("Goods"), BOLD), Run(len("arethings"), PLAIN))
    paragraph = RawBlock(2, ((line("Goods are things", runs=runs),),))
    assert [kind for kind, *_ in kinds([body(), paragraph])] == ["paragraph", "paragraph"]


def test_small_capitals_are_read_as_small_letters() -> None:
    runs = (Run(len("I.I"), PLAIN), Run(len("NTRODUCTION"), Style(8.0)))
    heading = RawBlock(2, ((line("I. INTRODUCTION", Style(8.0), runs=runs),),))
    assert kinds([heading, body()])[0] == ("heading", 1, "I. Introduction")


def test_a_table_of_contents_has_no_headings_but_tells_of_them() -> None:
    listing = [block("Contents", BOLD, 1), block("Deliveries . . . . . . . 2", BOLD, 1)]
    rest = [block("Deliveries"), body()]
    assert [kind for kind, *_ in kinds(listing + rest)] == ["heading", "paragraph", "heading", "paragraph"]
    assert contents_of(listing).titles == ("Deliveries",)


def test_a_label_alone_and_the_name_below_it_are_one_heading() -> None:
    label = block("ARTICLE IV", BOLD, y=0.0)
    name = block("Representations", BOLD, y=13.0)
    assert kinds([label, name, body()])[0] == ("heading", 1, "ARTICLE IV Representations")


def test_names_of_usual_parts_are_headings_in_any_look_when_they_stand_alone() -> None:
    assert [kind for kind, *_ in kinds([block("References"), body()])] == ["heading", "paragraph"]
    assert is_named_matter("Abstract—")
    assert not is_named_matter("Abstract ideas")


def test_dates_and_addresses_are_no_headings() -> None:
    for text in ("13 June 2020", "June 13, 2020", "a.person@example.org"):
        assert kinds([block(text, BOLD), body()])[0][0] == "paragraph"


def test_bookmarks_find_headings_whose_numbers_they_leave_out() -> None:
    outline = (OutlineEntry(1, "Scope", 2), OutlineEntry(2, "Terms used", 2))
    found = kinds([block("IV. SCOPE"), block("Terms used"), body()], outline)
    assert [(kind, level) for kind, level, _ in found] == [("heading", 1), ("heading", 2), ("paragraph", 0)]
