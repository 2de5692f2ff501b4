"""Documents with code in them: prose as `recursive` cuts it, listings and cells by their own grammars."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.chunk import Chunk
from models.document import Document
from models.span import Span
from services.extraction.extract import extract
from services.segmentation.code.listings import all_symbols, listed
from tests.support.code import PIECES, chunked

METHOD = "    def {0}(self):\n        return '{0}'\n\n"
CLASS = "class Shop:\n" + "".join(METHOD.format(f"name{number}") for number in range(9))
FENCES = st.sampled_from(
    ["```python\n", "```\n", "~~~js\n", "- ```sh\n  ", "> ```rust\n> ", "1. > ```c\n   > ", "    "]
)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *PIECES,
                "# Title\n\n",
                "- item\n",
                "> quoted\n",
                "| a |\n|---|\n| 1 |\n",
                "Words. More words.\n\n",
            ]
        ),
        st.tuples(FENCES, st.sampled_from(PIECES), st.sampled_from(["```\n", "~~~\n\n", "\n"])).map("".join),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    ),
    max_size=20,
).map("".join)
CAPS = st.sampled_from([16, 40, 100, 1000])


def markdown(text: str) -> Document:
    return extract(text.encode(), "a.md")


def notebook(*cells: tuple[str, str]) -> Document:
    listed_cells = [{"cell_type": kind, "source": source} for kind, source in cells]
    return extract(json.dumps({"nbformat": 4, "cells": listed_cells}).encode(), "a.ipynb")


def texts(document: Document, chunks: tuple[Chunk, ...]) -> list[str]:
    return [chunk.text(document.text) for chunk in chunks]


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS, cap=CAPS, mode=st.sampled_from(["optimal", "paper"]), wanted=st.booleans())
def test_chunks_of_markdown_joined_are_the_file(text: str, cap: int, mode: str, *, wanted: bool) -> None:
    document = markdown(f"# t\n{text}")
    chunks = chunked(document, max_tokens=cap, tokenizer="bert", mode=mode, heading_context=wanted)
    assert "".join(texts(document, chunks)) == document.text


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cells=st.lists(
        st.tuples(
            st.sampled_from(["code", "markdown", "raw"]),
            st.lists(st.sampled_from(PIECES)).map("".join) | TEXTS,
        )
    ),
    cap=CAPS,
)
def test_chunks_of_notebooks_joined_are_all_cells(cells: list[tuple[str, str]], cap: int) -> None:
    document = notebook(*cells)
    chunks = chunked(document, max_tokens=cap, tokenizer="words")
    assert "".join(texts(document, chunks)) == document.text
    numbers = [number for chunk in chunks for number in chunk.metadata["cells"]]
    assert numbers == sorted(numbers)


def test_a_listing_is_cut_between_its_declarations_wherever_it_stands() -> None:
    for prefix, marks in (("", ""), ("- ", "  "), ("> ", "> "), ("1. > ", "   > ")):
        lines = [f"{prefix}```python", *(marks + line for line in CLASS.splitlines()), f"{marks}```"]
        document = markdown("# Usage\n\nIt sells.\n\n" + "\n".join(lines) + "\n")
        chunks = chunked(document, max_tokens=150, heading_context=False)
        firsts = [text.lstrip("> \n").splitlines()[0] for text in texts(document, chunks)]
        assert all(first.startswith(("# Usage", "1. > ```", "- ```", "```", "def name")) for first in firsts)
        assert [name for chunk in chunks for name in chunk.metadata["defines"]] == [
            "Shop", *(f"Shop.name{number}" for number in range(9)),
        ]  # fmt: skip
        inner = chunks[-1]
        assert inner.headings[:2] == ("Usage", "Shop")
        assert inner.metadata["language"] == "python"
        assert inner.parent is not None


def test_the_context_goes_from_headings_on_to_the_heads_of_definitions() -> None:
    document = markdown(f"# Usage\n\n```python\n{CLASS}```\n")
    assert chunked(document, max_tokens=150)[-1].context == "Usage › class Shop"


def test_what_a_definition_says_of_itself_follows_its_head_where_it_fits() -> None:
    body = "".join(METHOD.format(f"m{i}") for i in range(9))
    document = markdown(f'# Usage\n\n```python\nclass Shop:\n    """Sells doors."""\n\n{body}```\n')
    said = {cap: chunked(document, max_tokens=cap)[-1].context for cap in (150, 100)}
    assert said == {150: "Usage › class Shop: Sells doors.", 100: "Usage › class Shop"}
    assert chunked(document, max_tokens=150, context_summaries=False)[-1].context == "Usage › class Shop"


def test_prose_says_nothing_of_code() -> None:
    document = markdown(f"# Shop\n\nA Shop has name1.\n\n```python\n{CLASS}```\n")
    first = chunked(document, max_tokens=40)[0]
    assert first.metadata["references"] == []
    assert (first.metadata["language"], first.metadata["lines"]) == ("markdown", [1, 3])


def test_listings_of_pages_are_cut_by_their_language_too() -> None:
    page = f'<!doctype html><h1>Usage</h1><p>Text.<pre><code class="language-py">{CLASS}</code></pre>'
    document = extract(page.encode())
    chunks = chunked(document, max_tokens=150)
    assert [chunk.headings[:2] for chunk in chunks] == [("Usage", "Shop")] * len(chunks)
    assert "lines" not in chunks[0].metadata
    assert "".join(texts(document, chunks)) == document.text


def test_pages_without_code_are_cut_as_recursive_cuts_them() -> None:
    page = extract(b"<!doctype html><h1>T</h1>" + b"<p>A sentence. Another one." * 9)
    spans = [chunk.spans for chunk in chunked(page, max_tokens=64)]
    assert spans == [chunk.spans for chunk in chunked(page, max_tokens=64, strategy="recursive")]


def test_cells_stay_whole_while_they_fit_and_say_their_numbers() -> None:
    small = "x = 1\n\n\ny = 2\n\n\nz = 3"
    document = notebook(("markdown", "# T\n\nOne.\n\nTwo."), *[("code", small)] * 5, ("code", CLASS))
    chunks = chunked(document, max_tokens=100, heading_context=False)
    assert [chunk.metadata["cells"] for chunk in chunks[:3]] == [[1, 3], [4, 6], [7, 7]]
    assert all(text.startswith(("# T", "x = 1", "class", "    def")) for text in texts(document, chunks))
    assert chunks[0].reason.startswith("between cells")
    assert chunks[-1].headings[:2] == ("T", "Shop")


def test_names_and_imports_of_one_cell_are_known_in_the_others() -> None:
    document = notebook(
        ("code", "import numpy as np\ndef f(x):\n    return x"), ("code", "f(np.zeros(3))" + " " * 50 + "+ 1")
    )
    last = chunked(document, max_tokens=70)[-1]
    assert last.metadata["references"] == ["f"]
    assert last.metadata["imports"] == ["import numpy as np"]


def test_what_only_ipython_knows_breaks_no_tree() -> None:
    commands = "%matplotlib inline\n!pip install a \\\n  b\nfiles = !ls *.py\nlist?\n"
    text = f"{commands}def f():\n    %timeit g()\n    return 1\n\nclass A:\n    pass\n"
    listing = listed(text, Span(0, len(text)), "python", is_cell=True)
    assert listing.syntax is not None
    assert not listing.syntax.root.has_error
    assert [symbol.name for symbol in all_symbols([listing]).symbols] == ["f", "A"]
    magic = "%%bash\nf() { echo; }\n"
    assert [
        s.name for s in all_symbols([listed(magic, Span(0, len(magic)), "bash", is_cell=True)]).symbols
    ] == ["f"]
