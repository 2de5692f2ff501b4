"""HTML as browsers show it: numbers of lists, links, tables in tables, what is hidden."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.apparatus import Hyperlink
from models.artifact import dump, load
from models.document import Document, DropReason
from models.laws import check_document
from services.extraction.extract import extract
from services.extraction.inline import Inline, Reach, joined


def html(body: str) -> Document:
    document = extract(f"<!doctype html><meta charset=utf-8><body>{body}".encode())
    check_document(document)
    return document


def blocks(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind.value, block.level, block.span.of(document.text)) for block in document.blocks]


def texts(body: str) -> list[str]:
    return [text for _, _, text in blocks(html(body))]


def linked(document: Document) -> list[tuple[str, str]]:
    return [(link.span.of(document.text), link.uri) for link in document.apparatus.hyperlinks]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("<ol>", ["1. x", "2. y", "3. z"]),
        ("<ol start=4>", ["4. x", "5. y", "6. z"]),
        ("<ol start=-1>", ["-1. x", "0. y", "1. z"]),
        ("<ol reversed>", ["3. x", "2. y", "1. z"]),
        ("<ol reversed start=10>", ["10. x", "9. y", "8. z"]),
        ("<ol type=a>", ["a. x", "b. y", "c. z"]),
        ("<ol type=A start=26>", ["Z. x", "AA. y", "AB. z"]),
        ("<ol type=i>", ["i. x", "ii. y", "iii. z"]),
        ("<ol type=I start=9>", ["IX. x", "X. y", "XI. z"]),
        ("<ol type=q start=x>", ["1. x", "2. y", "3. z"]),
        ('<ol style="list-style-type: lower-roman">', ["i. x", "ii. y", "iii. z"]),
        ('<ol style="list-style: none">', ["x", "y", "z"]),
        ("<ul>", ["x", "y", "z"]),
    ],
)
def test_lists_count_as_browsers_count(start: str, expected: list[str]) -> None:
    assert texts(f"{start}<li>x<li>y<li>z</{start[1:3]}>") == expected


def test_an_item_may_say_its_own_number() -> None:
    assert texts("<ol><li>a<li value=7>b<li>c<li type=i>d</ol>") == ["1. a", "7. b", "8. c", "ix. d"]


def test_numbers_that_the_author_wrote_are_not_written_twice() -> None:
    assert texts("<ol type=a><li>(a) x<li>b) y<li>z</ol>") == ["(a) x", "b) y", "c. z"]


def test_the_number_stands_before_the_first_text_of_the_item_only() -> None:
    body = "<ol><li><p>one</p><p>more</p><ol type=a><li>deep</ol>rest<li><ol type=i><li>first</ol></ol>"
    assert blocks(html(body)) == [
        ("list_item", 1, "1. one"),
        ("list_item", 1, "more"),
        ("list_item", 2, "a. deep"),
        ("list_item", 1, "rest"),
        ("list_item", 2, "2. i. first"),
    ]


def test_terms_and_what_they_mean_are_items() -> None:
    body = "<dl><dt>Goods<dd>What is sold.<dt>Price<dd>What is paid.<dl><dt>net<dd>without tax</dl></dl>"
    assert blocks(html(body)) == [
        ("list_item", 1, "Goods"),
        ("list_item", 2, "What is sold."),
        ("list_item", 1, "Price"),
        ("list_item", 2, "What is paid."),
        ("list_item", 2, "net"),
        ("list_item", 3, "without tax"),
    ]


def test_a_heading_inside_a_quotation_heads_nothing() -> None:
    body = "<h1>T</h1><blockquote><h2>Q</h2><p>said</p></blockquote>"
    assert [block[:2] for block in blocks(html(body))] == [("heading", 1), ("quote", 0), ("quote", 0)]


def test_links_are_listed_with_the_words_that_lead_there() -> None:
    document = html(
        "<h2>See  <a href=https://a.example/x>the  <b>first</b>\n page</a></h2>"
        "<p>or <a href='#part'>below</a>, <a href=' mailto:a@b.c '>write</a><a href=/none></a>"
        "<ol><li><a href=y>item</a></ol><a name=part>no link</a>"
        "<a href='javascript:run()'>program</a><a href='data:text/plain,x'>data</a>"
    )
    assert linked(document) == [
        ("the first page", "https://a.example/x"),
        ("below", "#part"),
        ("write", "mailto:a@b.c"),
        ("item", "y"),
    ]
    assert load(dump(document)) == document


def test_a_link_over_several_blocks_is_listed_for_each() -> None:
    document = html("<a href=x><p>one</p><p>two</p></a><p>three</p>")
    assert linked(document) == [("one", "x"), ("two", "x")]
    assert document.apparatus.hyperlinks[0] == Hyperlink(document.blocks[0].span, None, None, "x")


def test_links_in_cells_keep_their_places() -> None:
    document = html(
        "<table><tr><th>k<th>v<tr><td>a <td> see <a href=x> this </a>\n<tr><td><td><a href=y>that</a>"
    )
    assert blocks(document) == [("table", 0, "k | v\na | see this\n| that")]
    assert linked(document) == [("this", "x"), ("that", "y")]


def test_what_is_hidden_is_declared_also_in_cells() -> None:
    document = html(
        "<p>seen<span hidden>one</span><b style='x:y; display : NONE'>two <i>deep</i></b></p>"
        "<table><tr><th>k<th>v<tr><td>1<td>2<span style=visibility:hidden>three</span><script>s()</script>"
        "</table>"
        "<img alt='A seal' src=x><img alt='' src=y>"
    )
    assert [text for _, _, text in blocks(document)] == ["seen", "k | v\n1 | 2"]
    declared = {
        reason: [drop.text for drop in document.drops if drop.reason is reason] for reason in DropReason
    }
    assert declared[DropReason.HIDDEN_TEXT] == ["one", "two deep", "three"]
    assert {"picture: A seal", "script: 1 with 3 characters"} <= set(declared[DropReason.MARKUP])


def test_tables_in_tables_and_lists_in_tables_are_read_where_they_stand() -> None:
    inner = "<table><tr><td>1<td>2</table>"
    assert blocks(html(f"<table><tr><td>a<td>{inner}<td>b</table>")) == [
        ("paragraph", 0, "a"),
        ("table", 0, "1 | 2"),
        ("paragraph", 0, "b"),
    ]
    listed = "<table><tr><th>k<th>v<tr><td>x<td><ol><li>one<li>two</ol></table>"
    assert texts(listed) == ["k | v\nx | 1. one 2. two"]
    assert blocks(html(f"<table><tr><td><ul><li>one</ul><td>{inner}</table>"))[0] == ("list_item", 1, "one")


def test_a_table_of_one_column_lays_out_and_so_does_one_that_says_so() -> None:
    assert texts("<table><tr><td>a<tr><td>b</table>") == ["a", "b"]
    assert texts("<table role=presentation><tr><td>a<td>b</table>") == ["a", "b"]


def test_text_between_cells_is_not_lost() -> None:
    assert texts("<table>loose<th>a<td>b<tr>more<td>c<td>d</table>") == ["loose", "more", "a | b\nc | d"]


def test_places_move_with_the_white_space() -> None:
    text = Inline("  a\n bc\0d  e ", (Reach(0, 13, "all"), Reach(4, 9, "mid"), Reach(0, 2, "none")))
    found = text.cleaned().collapsed().after("> ")
    assert found.text == "> a bcd e"
    assert [(found.text[reach.start : reach.end], reach.uri) for reach in found.reaches] == [
        ("a bcd e", "all"),
        ("bcd", "mid"),
    ]
    both = joined([found, found], "; ")
    assert {both.text[reach.start : reach.end] for reach in both.reaches} == {"a bcd e", "bcd"}


SOUP = (
    "<ol>|<ol start=3>|</ol>|<li>|<li value=2>|</li>|<ul>|</ul>|<dl>|<dt>|<dd>|</dl>|<table>|"
    "</table>|<tr>|<td>|<th>|<caption>|<a href=x>|</a>|<p>|</p>|<br>|<pre>|</pre>|<blockquote>|"
    "</blockquote>|<h1>|</h1>|<div>|</div>|<b hidden>|</b>|<script>|</script>|<textarea>|</textarea>|"
    "<!--|-->|one|two &amp;|&#1;|<svg>|</svg>|<head>|<body>|<img alt=c>"
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(SOUP.split("|")), max_size=60))
def test_any_order_of_tags_is_a_document_in_which_nothing_points_outside(tags: list[str]) -> None:
    document = html(" ".join(tags))
    for link in document.apparatus.hyperlinks:
        assert link.span.of(document.text).strip()
