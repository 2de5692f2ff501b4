"""The questions with the spans that answer them, and the documents they are asked of."""

import argparse
from hashlib import sha256
from typing import Any, NamedTuple

SHORT = {"Document Name", "Parties", "Agreement Date", "Effective Date"}
"""Categories of CUAD whose answers stand in many places; the scorer leaves them out too."""


class Question(NamedTuple):
    """What is asked, of which document, and the code points that answer it."""

    document: str
    query: str
    spans: list[tuple[int, int]]


class Questions(NamedTuple):
    """A set; `pooled` is searched in all documents at once, else each question in its own document."""

    texts: dict[str, str]
    asked: list[Question]
    pooled: bool


def questions(benchio: Any, arguments: argparse.Namespace) -> Questions:
    """The set that the arguments name, or a half of it."""
    if arguments.bench == "chroma":
        texts = {
            record["id"]: record["text"]
            for record in _load(benchio, arguments, "chroma_general_corpora")
            if _is_named(record["id"], arguments)
        }
        asked = [
            Question(record["corpus"], record["query"], record["spans"])
            for record in _load(benchio, arguments, "chroma_general_queries")
            if record["corpus"] in texts and _is_wanted(record["query"], arguments.half)
        ]
        return Questions(texts, asked, pooled=True)
    records = [
        record
        for record in _load(benchio, arguments, arguments.bench)
        if _is_named(record["id"], arguments) and _is_wanted(record["id"], arguments.half)
    ][: arguments.most]
    asked = [
        Question(record["id"], _words(query), query["spans"])
        for record in records
        for query in record["queries"]
        if query["spans"] and query.get("category") not in SHORT
    ]
    return Questions({record["id"]: record["text"] for record in records}, asked, pooled=False)


def _words(query: dict[str, Any]) -> str:
    return f"{query['category']}. {query['query']}" if "category" in query else str(query["query"])


def _is_named(name: str, arguments: argparse.Namespace) -> bool:
    return not arguments.documents or name in arguments.documents


def _is_wanted(name: str, half: int | None) -> bool:
    return half is None or int(sha256(name.encode()).hexdigest(), 16) % 2 == half


def _load(benchio: Any, arguments: argparse.Namespace, name: str) -> list[dict[str, Any]]:
    area = "topics" if name == "qmsum" else "retrieval"
    data = arguments.data
    return list(benchio.load(data.parent, area, name, (data.name,)))
