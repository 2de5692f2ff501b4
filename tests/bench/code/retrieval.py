"""Code search: a function's docstring finds the function, from whose text the docstring was taken out."""

import ast
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.bench.code import chunkers

CHUNKERS = ("lines", "kerf", "kerf_paper", "semantic_text_splitter", "langchain", "astchunk")
MEAN = 1400
"""Characters of a chunk on average, for every chunker: its limit is set so."""
DEEP = 5
_FEWEST_WORDS = 5
_K1, _B = 1.2, 0.75
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

Chunk = tuple[int, int, int]
"""File, start, end."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, and the function that answers it: lines of a file, from 0, end exclusive."""

    words: tuple[str, ...]
    file: int
    start: int
    end: int


def retrieval(texts: Sequence[str]) -> Iterator[dict[str, object]]:
    """Recall and nDCG at 5 of each chunker; relevance is the share of the function that a chunk holds."""
    bare, queries = without_docstrings(texts)
    for name in CHUNKERS:
        cut: Callable[[str], chunkers.Spans] = getattr(chunkers, name)
        try:
            found = _of_equal_size(bare, cut)
        except ImportError:
            yield {"chunker": name, "missing": True}
            continue
        mean = sum(end - start for _, start, end in found) / len(found)
        yield {"chunker": name, "queries": len(queries), "mean": round(mean), **_scores(bare, found, queries)}


def without_docstrings(texts: Sequence[str]) -> tuple[list[str], list[Query]]:
    """The files without the docstrings of their functions, and these as queries."""
    bare: list[str] = []
    queries: list[Query] = []
    for text in texts:
        try:
            functions = list(_documented(ast.parse(text)))
        except (SyntaxError, ValueError):
            continue
        lines = text.splitlines(keepends=True)
        gone = {n for _, said in functions for n in range(said.lineno - 1, said.end_lineno or said.lineno)}
        left = [0]
        for number in range(len(lines)):
            left.append(left[-1] + (number not in gone))
        kept = "".join(line for number, line in enumerate(lines) if number not in gone)
        starts = [0]
        for line in kept.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        for function, _ in functions:
            words = tuple(words_of((ast.get_docstring(function) or "").partition("\n\n")[0]))
            if len(words) >= _FEWEST_WORDS:
                first, last = left[function.lineno - 1], left[function.end_lineno or function.lineno]
                queries.append(Query(words, len(bare), starts[first], starts[last]))
        bare.append(kept)
    return bare, queries


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


def _of_equal_size(texts: Sequence[str], cut: Callable[[str], chunkers.Spans]) -> list[Chunk]:
    limit, found = MEAN, list[Chunk]()
    for _ in range(3):
        chunkers.set_limit(limit)
        found = [(number, *span) for number, text in enumerate(texts) for span in cut(text)]
        limit = round(limit * MEAN * len(found) / sum(end - start for _, start, end in found))
    return found


def _scores(texts: Sequence[str], chunks: Sequence[Chunk], queries: Sequence[Query]) -> dict[str, float]:
    search = Search([words_of(texts[file][start:end]) for file, start, end in chunks])
    of_file: dict[int, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        of_file[chunk[0]].append(chunk)
    recall = gain = 0.0
    for query in queries:
        shares = [_share(query, chunks[index]) for index in search.best(query.words)]
        ideal = sorted((_share(query, chunk) for chunk in of_file[query.file]), reverse=True)[:DEEP]
        recall += min(1.0, sum(shares))
        gain += _discounted(shares) / (_discounted(ideal) or 1.0)
    return {"recall_5": round(recall / len(queries), 4), "ndcg_5": round(gain / len(queries), 4)}


def _share(query: Query, chunk: Chunk) -> float:
    if chunk[0] != query.file:
        return 0.0
    return max(0, min(query.end, chunk[2]) - max(query.start, chunk[1])) / (query.end - query.start)


def _discounted(shares: Sequence[float]) -> float:
    return sum(share / math.log2(rank + 2) for rank, share in enumerate(shares))


class Search:
    """BM25 over chunks."""

    def __init__(self, chunks: Sequence[Sequence[str]]) -> None:
        self._lengths = [len(words) for words in chunks]
        self._mean = sum(self._lengths) / len(chunks)
        self._places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for index, words in enumerate(chunks):
            for word, count in Counter(words).items():
                self._places[word].append((index, count))

    def best(self, words: Sequence[str]) -> list[int]:
        """The best chunks, best first; of equal ones the earlier."""
        scores: dict[int, float] = defaultdict(float)
        number = len(self._lengths)
        for word in set(words):
            places = self._places.get(word, [])
            rarity = math.log(1 + (number - len(places) + 0.5) / (len(places) + 0.5))
            for index, count in places:
                norm = _K1 * (1 - _B + _B * self._lengths[index] / self._mean)
                scores[index] += rarity * count * (_K1 + 1) / (count + norm)
        return sorted(scores, key=lambda index: (-scores[index], index))[:DEEP]
