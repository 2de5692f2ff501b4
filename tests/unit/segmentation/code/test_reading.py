"""What is read out of sources quickly, against the slow and plain way."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.segmentation.code.captures import queried, walked
from services.segmentation.code.grammars import parse
from services.segmentation.code.names import words
from services.segmentation.code.source import Lines, line_starts
from tests.support.code import SOURCES, TOOLKIT

COMPOUND = (
    "if a:\n    {}\nelif b:\n    {}\nelse:\n    {}\n",
    "for x in y:\n    {}\nelse:\n    {}\n",
    "while x:\n    {}\n",
    "try:\n    {}\nexcept* E:\n    {}\n",
    "try:\n    {}\nexcept E:\n    {}\nelse:\n    {}\nfinally:\n    {}\n",
    "with a as b:\n    {}\n",
    "match x:\n    case [a]:\n        {}\n    case _:\n        {}\n",
    "class A(B):\n    {}\n",
    "@d\nasync def f(x=lambda: 1):\n    {}\n",
    "@d\nclass C:\n    def g(self):\n        {}\n",
)
INNER = (
    "import a, b; def_ = lambda: [1]",
    "def h(): pass",
    "class D: pass",
    "from a import b",
    "x = (1,\n # c\n)",
)


@pytest.mark.parametrize("compound", COMPOUND)
@pytest.mark.parametrize("inner", INNER)
def test_a_walk_finds_what_the_query_finds(compound: str, inner: str) -> None:
    text = compound.replace("{}", inner) + "# last\nimport z\n"
    root = parse("python", text.encode()).root_node
    assert not root.has_error
    found, wanted = walked(root, "python"), queried(root, "python")
    assert {role for role in wanted if role != "comment"} >= {"import"}
    for role in {*found, *wanted} - {"comment"}:
        assert {node.byte_range for node in found[role]} == {node.byte_range for node in wanted[role]}


@settings(max_examples=50, deadline=None)
@given(text=st.text() | SOURCES)
def test_words_hold_every_name(text: str) -> None:
    named = {word for word in words(text) if not word[0].isdecimal()}
    assert named == set(re.findall(r"\b[^\W\d]\w*", text))


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from("a\r\n\u2028é")), data=st.data())
def test_lines_are_those_of_a_list_of_starts(text: str, data: st.DataObject) -> None:
    starts, lines = line_starts(text), Lines(text)
    for offset in data.draw(st.lists(st.integers(0, len(text)), max_size=9)):
        number = sum(start <= offset for start in starts)
        assert lines.number(offset) == number
        assert lines.place(offset) == [number, offset - starts[number - 1]]


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(SOURCES, max_size=3), name=st.sampled_from(["bert", "words", "characters"]))
def test_sums_over_lines_are_the_counts_of_whole_texts(texts: list[str], name: str) -> None:
    tokenizer = TOOLKIT.tokenizer(name)
    assert tokenizer.by_lines(texts) == tokenizer.count(texts)
