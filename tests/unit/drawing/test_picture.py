"""The picture of a page: everything on it is drawn, and nothing of the document is more than letters."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from models.chunk import wire_form
from models.document import BlockKind, Document, Drop, DropReason, Page
from models.errors import InvalidOptions
from models.geometry import Box
from models.span import Span
from models.words import PageBox, Word, pack_words
from services import pipeline
from services.drawing.colours import colour
from services.drawing.graph import HEAVIEST, heaviest
from services.drawing.picture import drawn
from services.drawing.values import LONGEST, MARGIN, Part, part_of
from services.inference.toolkit import Toolkit
from services.segmentation.edges import Edge
from services.segmentation.registry import edges_of, parse_options
from tests.hostile.strings import NAUGHTY
from tests.support.strategies import tools_of
from tests.unit.segmentation.s2.test_graph import at, document

SVG = "{http://www.w3.org/2000/svg}"
HARMLESS = {"svg", "g", "rect", "path", "circle", "text", "title"}
MARKUP = (
    "<script>alert(1)</script>",
    "</text></svg><svg onload='alert(1)'>",
    '"/><image href="https://example.org/"/>',
    "]]>&lt;&x;",
    "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
)
TOOLKIT = Toolkit(Path("no-models-here"))


def two_pages() -> Document:
    """A heading with two paragraphs and a column beside them; another page."""
    blocks = [
        at(50, 100, wording="About ships"),
        at(50, 120, wording="Ships sail over wide seas to ports."),
        at(50, 140, wording="Some of them carry bread and salt."),
        at(330, 100, wording="Bread needs flour, water, salt and time."),
        at(50, 100, page=2, wording="The next page tells of harbours."),
    ]
    return document(blocks, kinds={0: (BlockKind.HEADING, 2)})


def picture(made: Document, number: int = 1, strategy: str = "s2", max_tokens: int = 20) -> ET.Element:
    options = parse_options({"strategy": strategy, "tokenizer": "words", "max_tokens": max_tokens})
    tools = tools_of(TOOLKIT, options)
    parts = [
        part_of(wire_form(chunk, "d", made.text)) for chunk in pipeline.chunk(made, options, tools).chunks
    ]
    show = edges_of(strategy)
    return ET.fromstring(drawn(made, parts, number, show(made, tools, number) if show else None))


def texts(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def titles(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}title")]


def boxes(svg: ET.Element) -> list[tuple[str, Box]]:
    """Rectangles that say what they are."""
    found = []
    for element in svg.iter(f"{SVG}rect"):
        said = element.findtext(f"{SVG}title")
        if said is not None:
            x, y, wide, high = (float(element.attrib[key]) for key in ("x", "y", "width", "height"))
            found.append((said, Box(x, y, x + wide, y + high)))
    return found


@pytest.mark.parametrize("strategy", ["s2", "recursive", "sentence", "cluster"])
def test_every_word_block_and_chunk_of_the_page_is_drawn(strategy: str) -> None:
    svg = picture(two_pages(), strategy=strategy)
    said = texts(svg)
    for word in ("About", "Ships", "sail", "wide", "ports.", "carry", "flour,", "time."):
        assert word in said
    assert "harbours." not in said
    labels = [title for title in titles(svg) if re.match(r"\d+ (heading|paragraph)", title)]
    assert labels == ["1 heading 2", "2 paragraph", "3 paragraph", "4 paragraph"]
    assert [label.split()[0] for label in said if re.match(r"\d [hHpP]", label)] == ["1", "2", "3", "4"]
    chunks = [title.split(",")[0] for title in titles(svg) if title.startswith("chunk")]
    assert chunks == [f"chunk {number}" for number in range(len(chunks))]
    assert len(chunks) >= 2
    assert [said.count(f"#{number}") for number in range(len(chunks))] == [2] * len(chunks)


def test_a_block_is_drawn_around_its_words() -> None:
    scale = LONGEST / 800
    (box,) = (box for said, box in boxes(picture(two_pages())) if said == "4 paragraph")
    assert box == pytest.approx([MARGIN + edge * scale for edge in (330, 100, 530, 110)], abs=1.5)


def test_only_the_page_that_is_asked_for_is_drawn() -> None:
    said = texts(picture(two_pages(), 2))
    assert "harbours." in said
    assert "flour," not in said
    assert "Page 2 of 2" in said


def test_the_legend_says_size_and_reason_of_every_chunk() -> None:
    made = two_pages()
    options = parse_options({"strategy": "recursive", "tokenizer": "words", "max_tokens": 20})
    chunks = pipeline.chunk(made, options, tools_of(TOOLKIT, options)).chunks
    said = texts(picture(made, strategy="recursive"))
    for chunk in (chunk for chunk in chunks if 1 in chunk.pages):
        assert f"{chunk.tokens} tokens" in said
        assert chunk.reason.split(";")[0] in " ".join(said)


def test_edges_are_drawn_for_s2_and_for_nothing_else() -> None:
    edges = [title for title in titles(picture(two_pages())) if "likeness" in title]
    assert any(edge.startswith("1 – 2: weight 1.00") for edge in edges)
    assert not any("5" in edge.split(":")[0] for edge in edges)
    assert not [title for title in titles(picture(two_pages(), strategy="cluster")) if "likeness" in title]


def test_the_edges_of_a_page_are_those_of_its_blocks_from_light_to_heavy() -> None:
    made = two_pages()
    show = edges_of("s2")
    assert show is not None
    edges = show(made, tools_of(TOOLKIT, parse_options({"strategy": "s2"})), 1)
    ends = {span.start for edge in edges for span in (edge.first, edge.second)}
    assert ends == {block.span.start for block in made.blocks[:4]}
    assert [edge.weight for edge in edges] == sorted(edge.weight for edge in edges)
    assert [edge.weight for edge in edges if edge.linked] == [1.0]


def test_a_block_alone_has_no_edges() -> None:
    svg = picture(document([at(50, 100)]))
    assert "#0" in texts(svg)
    assert list(svg.iter(f"{SVG}circle")) == []


def test_of_many_edges_the_heaviest_of_each_block_are_drawn() -> None:
    spans = [Span(10 * n, 10 * n + 5) for n in range(12)]
    pairs = [(i, j) for i in range(12) for j in range(i + 1, 12)]
    edges = [
        Edge(spans[i], spans[j], 0.5, 0.5, place / 100, linked=place == 0)
        for place, (i, j) in enumerate(pairs)
    ]
    kept = heaviest(edges)
    assert edges[0] in kept
    assert edges[-1] is kept[-1]
    assert [edge.weight for edge in kept] == sorted(edge.weight for edge in kept)
    assert len(kept) <= HEAVIEST * len(spans) + 1
    for span in spans:
        assert sum(span in edge[:2] for edge in kept) >= HEAVIEST


def test_what_was_left_out_is_drawn_with_its_reason() -> None:
    made = two_pages()
    header = Drop(DropReason.RUNNING_HEADER, "The Daily Kerf", 1, Box(50, 20, 150, 30))
    other = Drop(DropReason.RUNNING_HEADER, "Another page", 2, Box(50, 20, 150, 30))
    svg = picture(Document(**{**vars(made), "drops": (header, other)}))
    assert "The Daily Kerf" in texts(svg)
    assert "Another page" not in texts(svg)
    assert "left out: running_header" in titles(svg)
    assert "left out: running header" in texts(svg)


@pytest.mark.parametrize("hostile", [*NAUGHTY, *MARKUP])
def test_hostile_text_is_letters_and_nothing_else(hostile: str) -> None:
    made = document([at(50, 100, wording="One two"), at(50, 130, wording="Another block.")])
    whole = Span(0, len(made.text))
    words = pack_words([Word(whole, 1, Box(50, 100, 250, 110))])
    drop = Drop(DropReason.WATERMARK, hostile, 1, Box(50, 20, 150, 30))
    made = Document(**{**vars(made), "text": hostile.ljust(len(made.text)), "words": words, "drops": (drop,)})
    part = Part(0, 7, hostile, hostile, (whole,), (PageBox(1, Box(50, 100, 250, 110)),))
    svg = ET.fromstring(drawn(made, [part], 1).encode())
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= HARMLESS
    names = {name for element in svg.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or "href" in name or name == "style"}
    assert "#0" in texts(svg)
    if hostile in MARKUP:
        assert hostile in texts(svg)


def test_a_page_that_is_not_there_is_a_typed_error() -> None:
    for number in (-1, 0, 3):
        with pytest.raises(InvalidOptions, match=f"no page {number}; the document has 2"):
            drawn(two_pages(), [], number)
    with pytest.raises(InvalidOptions, match="documents with pages"):
        drawn(Document("Plain text.", "text/plain", "0" * 64), [], 1)
    broken = Document("", "application/pdf", "0" * 64, pages=(Page(1, 0.0, 0.0, Span(0, 0)),))
    with pytest.raises(InvalidOptions, match="could not be read"):
        drawn(broken, [], 1)


@pytest.mark.parametrize(("width", "height"), [(2.0, 3.0), (14400.0, 100.0), (3370.0, 2384.0)])
def test_letters_are_as_large_on_a_stamp_as_on_a_poster(width: float, height: float) -> None:
    made = Document("", "application/pdf", "0" * 64, pages=(Page(1, width, height, Span(0, 0)),))
    svg = ET.fromstring(drawn(made, [], 1))
    sizes = [float(svg.attrib[key]) for key in ("width", "height")]
    assert LONGEST < max(sizes) < 1.4 * LONGEST
    assert "Page 1 of 1" in texts(svg)


def test_no_two_chunks_have_one_colour() -> None:
    found = [colour(place) for place in range(150)]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch("#[0-9a-f]{6}", one) for one in found)
    for one in found:  # white letters can be read on it: WCAG's 3 to 1 for bold ones
        red, green, blue = (int(one[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [
            part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)
        ]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (light + 0.05) >= 3


def test_more_chunks_than_the_legend_holds_are_counted() -> None:
    made = document([at(50, 20 + 3 * n) for n in range(200)])
    parts = [
        Part(n, n + 2, "recursive", "paragraph end", (block.span,), made.words.boxes([block.span]))
        for n, block in enumerate(made.blocks)
    ]
    said = texts(ET.fromstring(drawn(made, parts, 1)))
    listed = sum(bool(re.fullmatch(r"\d+ tokens", one)) for one in said)
    assert 50 < listed < 200
    assert [one for one in said if one.startswith("…")] == [f"… and {200 - listed} more"]
