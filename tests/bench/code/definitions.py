"""Definitions kept whole in other languages: where they are, universal-ctags says."""

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from models.document import Block, BlockKind, Document
from models.span import Span
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options
from tests.bench.code import chunkers

KINDS = frozenset(
    ("function", "method", "class", "struct", "interface", "enum", "member", "constructor", "module", "func")
)
LANGUAGES = {
    "C": "c", "C++": "cpp", "C#": "csharp", "Go": "go", "Java": "java", "JavaScript": "javascript",
    "PHP": "php", "Ruby": "ruby", "Rust": "rust", "TypeScript": "typescript",
}  # fmt: skip
"""As ctags calls them, and as Kerf does."""


def definitions(paths: Sequence[Path]) -> Iterator[dict[str, object]]:
    """By language: definitions of at most 2,000 characters, and the share of them in one chunk."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    sizes: dict[str, list[int]] = defaultdict(list)
    for path, language, places in _tagged(paths):
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
        spans = [
            Span(starts[a - 1], starts[min(b, len(starts) - 1)]).trimmed(text)
            for a, b in places
            if a < len(starts)
        ]
        small = [span for span in spans if 0 < span.end - span.start <= chunkers.LIMIT]
        for name, cut in (("kerf", _kerf(language)), ("lines", chunkers.lines)):
            chunks = cut(text)
            found[language][name] += [any(a <= s and e <= b for a, b in chunks) for s, e in small]
            if name == "kerf":
                sizes[language] += [end - start for start, end in chunks]
    for language, kept in sorted(found.items()):
        shares = {name: round(sum(whole) / max(1, len(whole)), 4) for name, whole in kept.items()}
        mean = round(sum(sizes[language]) / max(1, len(sizes[language])))
        yield {"language": language, "definitions": len(kept["kerf"]), **shares, "mean": mean}


def _tagged(paths: Sequence[Path]) -> Iterator[tuple[Path, str, list[tuple[int, int]]]]:
    """Files that ctags knows, their language, and the lines of their definitions, from 1, ends included."""
    options = ["--output-format=json", "--fields=+nelK", "--sort=no", "-L", "-", "-f", "-"]
    names = "\n".join(map(str, paths))
    run = subprocess.run(["ctags", *options], input=names, capture_output=True, text=True, check=True)
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for line in run.stdout.split("\n")[:-1]:
        tag = json.loads(line)
        if tag.get("language") in LANGUAGES and tag.get("kind") in KINDS and tag.get("end", 0) > tag["line"]:
            found[tag["path"], LANGUAGES[tag["language"]]].append((tag["line"], tag["end"]))
    for (path, language), places in found.items():
        yield Path(path), language, places


def _kerf(language: str) -> chunkers.Cut:
    options = parse_options({**chunkers.OPTIONS, "max_tokens": chunkers.LIMIT})
    tools = Toolkit(Path("no-models-here")).tools(options)

    def cut(text: str) -> chunkers.Spans:
        span = Span(0, len(text)).trimmed(text)
        document = Document(
            text, "text/plain", "0" * 64, (Block(span, BlockKind.CODE),), metadata={"language": language}
        )
        chunks = pipeline.chunk(document, options, tools).chunks
        return [(chunk.spans[0].start, chunk.spans[-1].end) for chunk in chunks]

    return cut
