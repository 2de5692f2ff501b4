from hypothesis import given
from hypothesis import strategies as st

from models.document import BlockKind
from models.laws import check_document
from services.extraction.extract import extract
from services.extraction.rendering import to_markdown

lines = st.lists(
    st.sampled_from(
        ["", " ", "word", "  two words", "# x", "- y", "> q", "| a |", "\f", "```", "a\tb", "---"]
    )
)
ends = st.sampled_from(["\n", "\r\n", "\r"])


@given(lines, ends, st.sampled_from(["a.txt", "a.md", "a.py", ""]))
def test_texts_stay_as_they_are_and_blocks_cover_them(pieces: list[str], end: str, name: str) -> None:
    text = "x" + end + end.join(pieces)
    document = extract(text.encode(), name)
    check_document(document)
    assert document.text == text


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_markdown_obeys_the_laws(text: str) -> None:
    data = ("# t\n\n" + text).encode()
    check_document(extract(data, "a.md"))


def test_code_keeps_its_indentation_and_its_type() -> None:
    source = "class A:\n\n    def f(self):\n        return 1\n\n\n    x = 2\n"
    document = extract(source.encode(), "a.py")
    assert document.media_type == "text/x-python"
    assert [block.span.of(source) for block in document.blocks] == [
        "class A:",
        "    def f(self):\n        return 1",
        "    x = 2",
    ]
    assert {block.kind for block in document.blocks} == {BlockKind.CODE}


def test_blank_lines_and_form_feeds_end_a_paragraph() -> None:
    document = extract(b"one\ntwo\n \nthree\x0cfour", "a.txt")
    assert [block.span.of(document.text) for block in document.blocks] == ["one\ntwo", "three", "four"]


def test_a_file_of_white_space_is_a_document_without_text() -> None:
    document = extract(b" \n\t\n")
    assert not document.has_text
    assert not document.blocks


def test_html_is_rendered_as_markdown() -> None:
    document = extract(b"<html><h2>T</h2><p>a<ul><li>b</ul><pre>c\n```\nd</pre><blockquote>e</blockquote>")
    assert to_markdown(document) == "## T\n\na\n\n- b\n\n````\nc\n```\nd\n````\n\n> e\n"


def test_the_cells_of_a_markdown_table_are_where_the_source_has_them() -> None:
    text = "é | b\n--|--\n1 | `2` \\| x | more\n| | 3 |\n"
    document = extract(text.encode(), "a.md")
    check_document(document)
    (table,) = document.tables
    assert [(cell.row, cell.column, cell.is_header, cell.span.of(text)) for cell in table.cells] == [
        (0, 0, True, "é"),
        (0, 1, True, "b"),
        (1, 0, False, "1"),
        (1, 1, False, "`2` \\| x | more"),
        (2, 1, False, "3"),
    ]


def test_markdown_footnotes_are_footnotes() -> None:
    document = extract(b"# T\n\nword[^a] more\n\n[^a]: the note\n    goes on\n", "a.md")
    assert [block.kind.value for block in document.blocks] == ["heading", "paragraph", "footnote"]


def test_listings_say_their_language_as_it_is_called_elsewhere() -> None:
    fences = ("py", "{.python .numbered}", "C++ title=a", "mermaid", "text", "")
    text = "".join(f"```{fence}\nx\n```\n\n" for fence in fences) + "    indented\n"
    document = extract(text.encode(), "a.md")
    assert [block.language for block in document.blocks] == ["python", "python", "cpp", "mermaid", "", "", ""]


def test_listings_of_html_say_their_language_in_class_names() -> None:
    noted = (
        '<pre><code class="hljs language-js">a</code></pre>',
        '<div class="highlight highlight-source-rust"><pre>b</pre></div>',
        '<div class="highlight-python notranslate"><div class="highlight"><pre>c</pre></div></div>',
        '<pre class="brush: ruby">d</pre>',
        "<pre>e</pre>",
    )
    document = extract(("<!doctype html>" + "".join(noted)).encode())
    assert [block.language for block in document.blocks] == ["javascript", "rust", "python", "ruby", ""]
    assert to_markdown(document).startswith("```javascript\na\n```")
