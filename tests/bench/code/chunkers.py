"""Chunkers of Python source for `python -m scorers.code_chunks --chunker tests.bench.code.chunkers:NAME`.

A chunker takes a text and gives spans (code points) of at most 2,000 characters. Peers are of
requirements-peers.txt; what cannot be found again in the text, because a peer changed it, is left out.
"""

# mypy: ignore-errors

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from models.document import Block, BlockKind, Document
from models.span import Span
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options

LIMIT = 2000
OPTIONS = {"strategy": "cast", "tokenizer": "characters", "heading_context": False}

Spans = list[tuple[int, int]]
Cut = Callable[[str], Spans]


@cache
def _ours(mode: str) -> Cut:
    parsed = parse_options({**OPTIONS, "max_tokens": LIMIT, "mode": mode})
    tools = Toolkit(Path("no-models-here")).tools(parsed)

    def cut(text: str) -> Spans:
        span = Span(0, len(text)).trimmed(text)
        blocks = (Block(span, BlockKind.CODE),) if span.start < span.end else ()
        document = Document(text, "text/x-python", "0" * 64, blocks)
        chunks = pipeline.chunk(document, parsed, tools).chunks
        return [(chunk.spans[0].start, chunk.spans[-1].end) for chunk in chunks]

    return cut


def kerf(text: str) -> Spans:
    """Ours, with metadata and the check of the laws."""
    return _ours("optimal")(text)


def kerf_paper(text: str) -> Spans:
    """Our form of the published algorithm."""
    return _ours("paper")(text)


def lines(text: str) -> Spans:
    """Whole lines, as many as fit."""
    spans, start, end = [], 0, 0
    for line in text.splitlines(keepends=True):
        if end > start and end + len(line) - start > LIMIT:
            spans.append((start, end))
            start = end
        end += len(line)
    return [*spans, (start, end)] if end > start else spans


def set_limit(limit: int) -> None:
    """Another limit for all of them."""
    global LIMIT  # noqa: PLW0603 - the scorer names chunkers without arguments
    LIMIT = limit
    for made in (_ours, _semantic, _langchain, _astchunk):
        made.cache_clear()


@cache
def _semantic() -> Any:
    import tree_sitter_python
    from semantic_text_splitter import CodeSplitter

    return CodeSplitter(tree_sitter_python.language(), LIMIT)


def semantic_text_splitter(text: str) -> Spans:
    """Its code splitter with the same grammar."""
    return [(start, start + len(chunk)) for start, chunk in _semantic().chunk_indices(text)]


@cache
def _langchain() -> Any:
    from langchain_text_splitters import Language, RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter.from_language(
        Language.PYTHON, chunk_size=LIMIT, chunk_overlap=0, add_start_index=True
    )


def langchain(text: str) -> Spans:
    """Its recursive splitter with the separators of Python."""
    found = [(one.metadata["start_index"], one.page_content) for one in _langchain().create_documents([text])]
    return [(start, start + len(content)) for start, content in found]


@cache
def _astchunk() -> Any:
    from astchunk import ASTChunkBuilder

    return ASTChunkBuilder(max_chunk_size=LIMIT, language="python", metadata_template="default")


def astchunk(text: str) -> Spans:
    """The reference of cAST, by the lines it names; its size is characters that are not white space."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    last = len(starts) - 1
    places = [one["metadata"] for one in _astchunk().chunkify(text)]
    return [
        (starts[min(place["start_line_no"], last)], starts[min(place["end_line_no"] + 1, last)])
        for place in places
    ]
