"""Notebooks: cells in order, each in its language; what they gave out is declared; hostile ones end typed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cells import NOTEBOOK, cells_of
from models.document import BlockKind, DropReason
from models.errors import CorruptDocument, DocumentError, NestingLimit
from models.laws import check_document
from services.extraction.extract import extract
from services.extraction.media import sniff
from services.extraction.rendering import to_markdown


def cell(source: object, kind: str = "code", **more: object) -> dict[str, object]:
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


def notebook(*cells: object, **metadata: object) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}).encode()


def languages(*cells: object, **metadata: object) -> list[str]:
    return [block.language for block in extract(notebook(*cells, **metadata), "a.ipynb").blocks]


def test_cells_stand_one_below_the_other_and_know_their_numbers() -> None:
    cells = (
        cell(["# Title\n", "\n", "- one\n"], "markdown"),
        cell("import os\n\n\nx = 1\n"),
        cell("  \n"),
        cell("as it is\n\nmore", "raw"),
        cell("| a | b |\n|---|---|\n| 1 | 2 |", "markdown"),
    )
    document = extract(notebook(*cells, title="Of it"), "dir/a.ipynb")
    check_document(document)
    assert document.text == (
        "# Title\n\n- one\n\nimport os\n\n\nx = 1\n\nas it is\n\nmore\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    kinds = [block.kind.value for block in document.blocks]
    assert kinds == ["heading", "list_item", "code", "paragraph", "paragraph", "table"]
    assert [(c.number, c.kind) for c in cells_of(document)] == [
        (1, "markdown"), (2, "code"), (4, "raw"), (5, "markdown"),
    ]  # fmt: skip
    assert "".join(c.span.of(document.text) for c in cells_of(document)) == document.text
    assert [c.span.of(document.text) for c in document.tables[0].cells] == ["a", "b", "1", "2"]
    assert document.metadata["title"] == "Of it"
    assert document.metadata["path"] == "dir/a.ipynb"


def test_the_content_says_that_it_is_a_notebook_and_so_does_the_name() -> None:
    assert sniff(notebook(cell("x"))) == NOTEBOOK
    assert sniff(notebook(), "a.json") == NOTEBOOK
    assert sniff(b"{}", "a.ipynb") == NOTEBOOK
    for other in (b'{"nbformat": 4}', b'{"a": {"nbformat": 4, "cells": []}}', b'{"nbformat": 4, "cells": ['):
        assert sniff(other, "a.json") == "application/json"


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ("x = 1", "python"),
        ("%matplotlib inline\nx", "python"),
        ("%%time\nx", "python"),
        ("%%bash\nls", "bash"),
        ("\n%%script perl -w\nx", "perl"),
        ("%%script /bin/sh\nx", "bash"),
        ("%%writefile src/a.cpp\nx", "cpp"),
        ("%%writefile\nx", "python"),
        ("%%javascript\nx", "javascript"),
        ("%%html\n<p>", "html"),
        ("%%R -i x\nx", "r"),
        ("%%bigquery df\nSELECT 1", "sql"),
        ("%sql\nSELECT 1", "sql"),
        ("%sql SELECT 1", "python"),
    ],
)
def test_a_magic_in_the_first_line_names_the_language_of_the_cell(source: str, language: str) -> None:
    assert languages(cell(source)) == [language]


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "language": "R"}}, "r"),
        ({"kernelspec": {"name": "julia-1.9"}}, "julia"),
        ({"language_info": {"name": "scala"}}, "scala"),
        ({"kernelspec": {"name": "xcpp17"}}, "cpp"),
        ({"kernelspec": {"name": ".net-csharp", "language": "C#"}}, "csharp"),
        ({"kernelspec": 7, "language_info": [1]}, "python"),
    ],
)
def test_the_kernel_names_the_language_of_all_cells(metadata: dict[str, object], language: str) -> None:
    assert languages(cell("x"), **metadata) == [language]


def test_the_editor_may_name_the_language_of_one_cell() -> None:
    noted = {"vscode": {"languageId": "sql"}}
    assert languages(cell("x", metadata=noted), cell("x")) == ["sql", "python"]


def test_what_cells_gave_out_is_declared_and_attachments_are_listed() -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]},
        {"output_type": "execute_result", "data": {"text/plain": "3", "application/json": {"a": [1]}}},
        {"output_type": "display_data", "data": {"image/png": "AAAA" * 10}},
        {"output_type": "display_data", "data": {"image/png": "AAAA"}},
        {"output_type": "error", "ename": "E", "evalue": "vv", "traceback": ["ttt"]},
    ]
    picture = cell("![](a.png)", "markdown", attachments={"a.png": {"image/png": "AAAAAAAA"}})
    document = extract(notebook(cell("x", outputs=outputs), picture))
    assert [(drop.reason, drop.text) for drop in document.drops] == [
        (DropReason.OUTPUT, "stream stdout: 1 with 8 characters"),
        (DropReason.OUTPUT, "text/plain: 1 with 1 characters"),
        (DropReason.OUTPUT, "application/json: 1 with 10 characters"),
        (DropReason.OUTPUT, "image/png: 2 with 44 characters"),
        (DropReason.OUTPUT, "error: 1 with 6 characters"),
    ]
    assert [(held.name, held.size) for held in document.apparatus.attachments] == [("a.png", 6)]


def test_old_formats_have_worksheets_and_headings() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Part"},
        {"cell_type": "code", "input": ["x = 1\n"], "language": "python", "outputs": [
            {"output_type": "pyout", "text": ["1"], "prompt_number": 1},
            {"output_type": "display_data", "png": "AAAA"},
        ]},
    ]  # fmt: skip
    data = json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}).encode()
    document = extract(data)
    assert [(block.kind, block.level, block.language) for block in document.blocks] == [
        (BlockKind.HEADING, 2, ""), (BlockKind.CODE, 0, "python"),
    ]  # fmt: skip
    assert [drop.text for drop in document.drops] == [
        "text: 1 with 1 characters",
        "png: 1 with 4 characters",
    ]
    assert to_markdown(document) == "## Part\n\n```python\nx = 1\n```\n"


def test_what_no_text_may_hold_is_taken_out_and_declared() -> None:
    document = extract(notebook(cell("a\ud800b\0c")))
    assert document.text == "abc"
    assert {drop.reason for drop in document.drops} == {DropReason.CONTROL_CHARACTER}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"no JSON", CorruptDocument),
        (b" ", CorruptDocument),
        (b"[]", CorruptDocument),
        (b'{"nbformat": 4}', CorruptDocument),
        (b'{"nbformat": 4, "cells": {}}', CorruptDocument),
        (b'{"nbformat": 3, "worksheets": [3]}', CorruptDocument),
        (notebook(3), CorruptDocument),
        (notebook(cell(3)), CorruptDocument),
        (notebook(cell(["a", None])), CorruptDocument),
        (b'{"nbformat": %s, "cells": []}' % (b"9" * 9000), CorruptDocument),
        (b'{"nbformat": 4, "cells": ' + b"[" * 200_000, NestingLimit),
        (notebook(cell("x")).replace(b'"x"', b'"x", "outputs": ' + b"[" * 90_000), NestingLimit),
    ],
)
def test_a_file_that_is_no_notebook_ends_typed(data: bytes, error: type[DocumentError]) -> None:
    with pytest.raises(error):
        extract(data, "a.ipynb")


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just("%%bash\nls"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CELLS = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw", "heading", "?"]) | ANYTHING},
    optional={
        "source": st.sampled_from(["# T\n\n```py\nx\n```", "x = 1\n\n", "\r\n"]) | ANYTHING,
        "metadata": ANYTHING,
        "level": ANYTHING,
        "attachments": ANYTHING | st.dictionaries(st.text(max_size=3), ANYTHING, max_size=2),
        "outputs": ANYTHING | st.lists(st.fixed_dictionaries({"data": ANYTHING, "name": ANYTHING})),
    },
)


@given(cells=st.lists(CELLS, max_size=4), metadata=st.dictionaries(st.text(max_size=9), ANYTHING, max_size=2))
def test_any_notebook_is_read_or_ends_typed(cells: list[object], metadata: dict[str, object]) -> None:
    try:
        document = extract(json.dumps({"nbformat": 4, "metadata": metadata, "cells": cells}).encode())
    except DocumentError:
        return
    check_document(document)
    to_markdown(document)
    assert "".join(found.span.of(document.text) for found in cells_of(document)) == document.text
