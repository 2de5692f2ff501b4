"""`python -m tests.bench.code BENCH FOLDER...`: measure and print one JSON object a line.

speed  megabytes of Python a second and processor: the bare parse, then every chunker (peers where installed)
files  every text below the folders through extraction and `cast`: do the chunks give it back, byte for byte?
bound  cuts inside statements that the cap of 2,000 characters leaves no way around
definitions  in other languages than Python kept whole, as universal-ctags (`ctags`) finds them
retrieval  functions found by their docstrings (taken out of the text) at equal mean chunk size, by BM25 or,
           with --vectors, by the embedder that ships with Kerf; --part 1/2: the files of one half
"""

import argparse
import ast
import gc
import hashlib
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from models.errors import KerfError
from models.span import Span, gaps, is_blank, union
from services import pipeline
from services.extraction.extract import extract
from services.inference.toolkit import Toolkit
from services.segmentation.code.grammars import parse
from services.segmentation.registry import parse_options
from tests.bench.code import chunkers
from tests.bench.code.definitions import definitions
from tests.bench.code.queries import corpus
from tests.bench.code.retrieval import retrieval

MOST_BYTES = 1_000_000
_ASIDE = frozenset(("test", "tests", "site-packages", "idlelib", "lib2to3"))
"""Folders whose files are not searched."""
_TAGGED = frozenset(
    (".c", ".cc", ".cpp", ".cs", ".go", ".h", ".hpp", ".java", ".js", ".php", ".rb", ".rs", ".ts")
)
GIVING_BACK = ("lines", "semantic_text_splitter", "langchain", "astchunk")
CHUNKERS = ("kerf", "kerf_paper", "semantic_text_splitter", "langchain", "astchunk")


def below(folders: list[Path], suffix: str = "") -> Iterator[Path]:
    """The files in order; links and what is larger than a megabyte are left out."""
    for folder in folders:
        for base, inner, names in os.walk(folder):
            inner.sort()
            for path in (Path(base, name) for name in sorted(names) if name.endswith(suffix)):
                if not path.is_symlink() and path.is_file() and path.stat().st_size <= MOST_BYTES:
                    yield path


def speed(folders: list[Path], most: int) -> Iterator[dict[str, object]]:
    """The same Python files through everything."""
    texts: list[str] = []
    for path in below(folders, ".py"):
        if len(texts) == most:
            break
        try:
            texts.append(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
    yield _timed("parse", lambda text: parse("python", text.encode()), texts)
    for name in CHUNKERS:
        cut: Callable[[str], object] = getattr(chunkers, name)
        try:
            cut("x = 1\n")
        except ImportError:
            yield {"chunker": name, "missing": True}
        else:
            yield _timed(name, cut, texts)


def searched(arguments: argparse.Namespace) -> Iterator[dict[str, object]]:
    """Retrieval over Python files, or over a share of them by the hash of their paths."""
    part, parts = map(int, arguments.part.split("/"))
    files = []
    for folder in arguments.folders:
        for path in below([folder], ".py"):
            name = path.relative_to(folder).as_posix()
            chosen = hashlib.sha256(name.encode()).digest()[0] % parts == part
            if chosen and not _ASIDE.intersection(Path(name).parts):
                files.append((name, path.read_text(encoding="utf-8", errors="replace")))
    found = corpus(files[: arguments.most])
    yield from retrieval(found, arguments.chunkers, arguments.mean, vectors=arguments.vectors)


def tagged(folders: list[Path], most: int) -> Iterator[dict[str, object]]:
    """Definitions of other languages than Python."""
    paths = [path for path in below(folders) if path.suffix in _TAGGED]
    yield from definitions(paths[:most])


def _timed(name: str, cut: Callable[[str], object], texts: list[str]) -> dict[str, object]:
    gc.collect()
    gc.disable()  # as the service does while it reads one document
    began = time.process_time()
    for text in texts:
        cut(text)
    seconds = time.process_time() - began
    gc.enable()
    size = sum(map(len, texts))
    rates = {"mb_per_s": round(size / seconds / 1e6, 2), "files_per_s": round(len(texts) / seconds)}
    return {"chunker": name, "files": len(texts), "characters": size, **rates}


def bound(folders: list[Path], most: int) -> Iterator[dict[str, object]]:
    """How many cuts inside statements nobody can avoid: n characters take ⌈n / cap⌉ chunks."""
    cuts, statements, read = 0, 0, 0
    for path in below(folders, ".py"):
        if read == most:
            break
        try:
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        read += 1
        sizes = list(_too_long(tree.body, text.splitlines(keepends=True)))
        statements += len(sizes)
        cuts += sum(-(-size // chunkers.LIMIT) - 1 for size in sizes)
    yield {"files": read, "statements_above_the_cap": statements, "unavoidable_cuts": cuts}


def _too_long(body: list[ast.stmt], lines: list[str]) -> Iterator[int]:
    """Characters of statements above the cap; of classes, those of their bodies."""
    for statement in body:
        first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
        size = sum(map(len, lines[first - 1 : statement.end_lineno]))
        if size > chunkers.LIMIT and isinstance(statement, ast.ClassDef):
            yield from _too_long(statement.body, lines)
        elif size > chunkers.LIMIT:
            yield size


def files(folders: list[Path], most: int) -> Iterator[dict[str, object]]:
    """By language: files, those given back, and failures one by one; of Python what peers give back."""
    options = parse_options({**chunkers.OPTIONS, "max_tokens": chunkers.LIMIT, "heading_context": True})
    tools = Toolkit(Path("no-models-here")).tools(options)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    peers: dict[str, Counter[str]] = defaultdict(Counter)
    for path in below(folders):
        if sum(found["files"] for found in counts.values()) == most:
            break
        data = path.read_bytes()
        try:
            document = extract(data, str(path))
        except KerfError:
            continue
        language = document.metadata.get("language", "")
        if not language or not document.has_text:
            continue
        chunks = pipeline.chunk(document, options, tools).chunks
        given = b"".join(data[slice(*chunk.metadata["bytes"] or (0, 0))] for chunk in chunks)
        counts[language] += Counter(files=1, exact=given == data, bytes=len(data))
        if given != data:
            yield {"not_given_back": str(path)}
        if language == "python":
            for name in GIVING_BACK:
                peers[name] += _given_back(name, document.text)
    for language, found in sorted(counts.items()):
        yield {"language": language, **found}
    yield from ({"chunker": name, **found} for name, found in peers.items())
    total = sum(counts.values(), Counter[str]())
    yield {"languages": len(counts), **total}


def _given_back(name: str, text: str) -> Counter[str]:
    """Whether a chunker's pieces are the text, and whether they are all of it that is not white space."""
    cut: chunkers.Cut = getattr(chunkers, name)
    try:
        spans = [Span(*span) for span in cut(text)]
    except ImportError:
        return Counter(missing=1)
    except Exception:  # noqa: BLE001 - whatever a peer dies of
        return Counter(files=1, failed=1)
    left = list(gaps(union(spans), len(text)))
    return Counter(files=1, exact=not left, ink=all(is_blank(text, *gap) for gap in left))


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", choices=("speed", "files", "bound", "definitions", "retrieval"))
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=1_000_000, help="files at most")
    parser.add_argument("--part", default="0/1", help="retrieval: which of how many parts of the files")
    parser.add_argument("--mean", type=int, default=1400, help="retrieval: characters of a chunk on average")
    parser.add_argument("--chunkers", nargs="+", default=chunkers.SEARCHED, help="retrieval: which ones")
    parser.add_argument("--vectors", action="store_true", help="retrieval: by embeddings")
    arguments = parser.parse_args()
    if arguments.bench == "retrieval":
        found = searched(arguments)
    else:
        benches = {"speed": speed, "files": files, "bound": bound, "definitions": tagged}
        bench = benches[arguments.bench]
        found = bench(arguments.folders, arguments.most)
    for figures in found:
        print(json.dumps(figures), flush=True)


main()
