"""Source code for tests: pieces of many languages, and documents of it."""

from pathlib import Path

from hypothesis import strategies as st

from models.chunk import Chunk
from models.document import Block, BlockKind, Document
from models.span import Span
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options

TOOLKIT = Toolkit(Path("no-models-here"))
PIECES = (
    "def f(x):\n    return x\n",
    "class A(B):\n    '''Doc.'''\n\n    @property\n    def g(self): pass\n",
    "import os\nfrom a import b\n",
    "function f() { return `a${b}`; }\n",
    "export class C<T> { private x: number = 1; }\n",
    "public static void main(String[] a) {\n\tfoo();\n}\n",
    "#include <stdio.h>\n#define X(a) \\\n  a\n",
    "/** Doc. */\n#[derive(Debug)]\npub fn h() -> u8 { 1 }\n",
    "SELECT * FROM t WHERE a = 'b';\n",
    "<div><script>let a = 1;</script></div>\n",
    '{"a": [1, 2, {"b": null}]}\n',
    "a: 1\nb:\n  - c\n",
    "# Title\n\n```python\nx = 1\n```\n",
    'if [ -f x ]; then\n  echo "$y"\nfi\ncat <<E\ntext\nE\n',
    "((((((((((",
    "}}}]]])))",
    '"""never closed',
    "/* never closed",
    "'", '"', "\\", "\r", "\r\n", "\n\n\n", "    ", "\t", "\f", " \n \n",
    "👩‍👩‍👧‍👦", "é" * 5, "e\u0301\u0301", "字" * 9, "x" * 300, "a,b;c:d " * 20, "\u2028", "\u00a0",
)  # fmt: skip
SOURCES = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(st.characters(exclude_categories=["Cs"]))), max_size=25
).map("".join)


def source(text: str, media_type: str = "text/x-python") -> Document:
    """A document of source code; its only block is what is not white space."""
    span = Span(0, len(text)).trimmed(text)
    blocks = (Block(span, BlockKind.CODE),) if span.start < span.end else ()
    return Document(text, media_type, "0" * 64, blocks)


def chunked(document: Document, **options: object) -> tuple[Chunk, ...]:
    """The document's chunks, held against the laws; `cast`, sizes in characters if nothing else is said."""
    parsed = parse_options({"strategy": "cast", "tokenizer": "characters", **options})
    return pipeline.chunk(document, parsed, TOOLKIT.tools(parsed)).chunks


def texts(document: Document, **options: object) -> list[str]:
    """The texts of the chunks."""
    return [chunk.text(document.text) for chunk in chunked(document, **options)]
