"""Chunkers of Python source for `python -m scorers.code_chunks --chunker tests.bench.code.chunkers:NAME`.

A chunker takes a text and gives spans (code points) of at most 2,000 characters. Peers are of
requirements-peers.txt; what cannot be found again in the text, because a peer changed it, is left out.
"""

# mypy: ignore-errors

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from models.chunk import sent_to_model
from models.document import Block, BlockKind, Document
from models.span import Span
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options
from services.segmentation.strategies import cast

LIMIT = 2000
OPTIONS = {"strategy": "cast", "tokenizer": "characters", "heading_context": False}
SEARCHED = (
    "characters",
    "lines",
    "langchain",
    "kerf_recursive",
    "astchunk",
    "semantic_text_splitter",
    "chonkie",
    "kerf_paper",
    "kerf_paper_own_size",
    "kerf",
    "kerf_soft",
    "lines_in_context",
    "kerf_names",
    "kerf_in_context",
    "kerf_in_context_soft",
)
"""Those of the bench of code search. `soft`: drawn to sizes of six tenths of the cap."""
SOFT = 0.6

Spans = list[tuple[int, int]]
Cut = Callable[[str], Spans]
Places = Iterator[tuple[int, int, str]]
"""Starts, ends, and what is put in front."""
_CONTEXTS = {
    "kerf_names": {"context_summaries": False},
    "kerf_in_context": {},
    "kerf_in_context_soft": {"target_tokens": SOFT},
}


def searched(name: str, limit: int) -> Callable[[str, str], Places]:
    """A chunker of texts and their paths, with its chunks' contexts, at a limit."""
    set_limit(limit)
    if name in _CONTEXTS:
        return partial(_in_context, options=_CONTEXTS[name])
    if name == "lines_in_context":
        return _lines_in_context
    return lambda text, _: ((start, end, "") for start, end in globals()[name](text))


def sent(context: str, text: str) -> str:
    """What is indexed."""
    return sent_to_model(context, text)


@cache
def _parsed(**options: object) -> tuple[Any, Any]:
    if "target_tokens" in options:
        options["target_tokens"] = int(options["target_tokens"] * LIMIT)
    parsed = parse_options({**OPTIONS, "max_tokens": LIMIT, **options})
    return parsed, Toolkit(Path("no-models-here")).tools(parsed)


def _document(text: str, path: str = "") -> Document:
    span = Span(0, len(text)).trimmed(text)
    blocks = (Block(span, BlockKind.CODE),) if span.start < span.end else ()
    return Document(text, "text/x-python", "0" * 64, blocks, metadata={"path": path})


def _in_context(text: str, path: str, options: dict[str, object]) -> Places:
    parsed, tools = _parsed(heading_context=True, **options)
    for chunk in pipeline.chunk(_document(text, path), parsed, tools).chunks:
        yield chunk.spans[0].start, chunk.spans[-1].end, chunk.context


def _lines_in_context(text: str, path: str) -> Places:
    """Whole lines with the contexts that ours would have there: what the contexts alone are worth."""
    parsed, tools = _parsed(heading_context=True)
    document = _document(text, path)
    contexts = cast.plan(document, parsed, tools).contexts if document.has_text else None
    for start, end in lines(text):
        yield start, end, contexts.context(start).text if contexts else ""


def _ours(text: str, **options: object) -> Spans:
    parsed, tools = _parsed(**options)
    chunks = pipeline.chunk(_document(text), parsed, tools).chunks
    return [(chunk.spans[0].start, chunk.spans[-1].end) for chunk in chunks]


def kerf(text: str) -> Spans:
    """Ours, with metadata and the check of the laws."""
    return _ours(text)


def kerf_paper(text: str) -> Spans:
    """Our form of the published algorithm."""
    return _ours(text, mode="paper")


def kerf_paper_own_size(text: str) -> Spans:
    """With the size of the publication: characters that are not white space."""
    return _ours(text, mode="paper", tokenizer="non_whitespace")


def kerf_soft(text: str) -> Spans:
    """Ours, drawn to sizes below the cap: what is a little longer still stays whole."""
    return _ours(text, target_tokens=SOFT)


def kerf_recursive(text: str) -> Spans:
    """Our strategy for prose."""
    return _ours(text, strategy="recursive")


def characters(text: str) -> Spans:
    """So many characters."""
    return [(start, min(len(text), start + LIMIT)) for start in range(0, len(text), LIMIT)]


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
    for made in (_parsed, _semantic, _langchain, _astchunk, _chonkie):
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


@cache
def _chonkie() -> Any:
    from chonkie import CodeChunker

    return CodeChunker(tokenizer="character", chunk_size=LIMIT, language="python")


def chonkie(text: str) -> Spans:
    """Its chunker of code; it takes its grammars from the network."""
    return [(one.start_index, one.end_index) for one in _chonkie().chunk(text)]
