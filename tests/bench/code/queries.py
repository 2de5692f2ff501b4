"""What is asked in code search: docstrings, and the functions from whose texts they were taken out."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.span import Span

FEWEST_WORDS = 5
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, and the function that answers it: where it stands in the text of a file."""

    said: str
    file: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """Files without the docstrings of their functions, and these as queries."""

    paths: tuple[str, ...]
    texts: tuple[str, ...]
    queries: tuple[Query, ...]


def corpus(files: Sequence[tuple[str, str]]) -> Corpus:
    """Of paths and texts; what Python cannot parse is left out."""
    paths, bare, queries = list[str](), list[str](), list[Query]()
    for path, text in files:
        try:
            functions = list(_documented(ast.parse(text)))
        except (SyntaxError, ValueError):
            continue
        lines = text.splitlines(keepends=True)
        gone = {n for _, said in functions for n in range(said.lineno - 1, said.end_lineno or said.lineno)}
        starts = [0]
        for number, line in enumerate(lines):
            starts.append(starts[-1] + (0 if number in gone else len(line)))
        left = "".join(line for number, line in enumerate(lines) if number not in gone)
        for function, _ in functions:
            said = (ast.get_docstring(function) or "").partition("\n\n")[0]
            if len(words_of(said)) >= FEWEST_WORDS:
                place = Span(starts[function.lineno - 1], starts[function.end_lineno or function.lineno])
                queries.append(Query(said, len(bare), *place.trimmed(left)))
        bare.append(left)
        paths.append(path)
    return Corpus(tuple(paths), tuple(bare), tuple(queries))


def _documented(tree: ast.AST) -> Iterator[tuple[ast.FunctionDef, ast.stmt]]:
    """Functions with a docstring on lines of its own and something below it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) and len(node.body) > 1:
            said = node.body[0]
            if said.lineno > node.lineno and node.body[1].lineno > (said.end_lineno or said.lineno):
                yield node, said


def words_of(text: str) -> list[str]:
    """Words of names and of prose, in small letters."""
    return [word.lower() for word in _WORD.findall(text)]
