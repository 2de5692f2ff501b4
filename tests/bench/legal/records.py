"""The publishers' own trees of statutes as outlines."""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from models.outline import Node, NodeKind, Outline
from models.span import Span

Record = dict[str, Any]

_NUMBER_SIGNS = "()§. —–:"


def records(data: Path, name: str) -> Iterator[Record]:
    """The records of one set of `legal_structure`."""
    with gzip.open(data / "legal_structure" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def outline_of_record(record: Record) -> Outline:
    """The tree that the publisher's XML has; parts that would break one are left out with those below."""
    nodes: list[Node] = []
    kept: dict[int, int] = {}
    for i, node in enumerate(record["nodes"]):
        parent = node["parent"]
        if parent >= 0 and parent not in kept:
            continue
        above = None if parent < 0 else kept[parent]
        made = _node(node, above, 0 if above is None else nodes[above].level + 1)
        if _fits(nodes, made):
            kept[i] = len(nodes)
            nodes.append(made)
    return Outline(tuple(nodes))


def _fits(nodes: Sequence[Node], node: Node) -> bool:
    """Whether the part lies in its parent and after what was kept before it."""
    inside = node.parent is None or nodes[node.parent].span.contains(node.span)
    return inside and (not nodes or node.span.start >= nodes[-1].span.start)


def _node(node: dict[str, Any], parent: int | None, level: int) -> Node:
    printed = node["num"]
    word = printed.split()[0].lower().rstrip(".") if printed.split() else ""
    kinds = {"sec": "section", "§": "section", "para": "item", "subsection": "item", "paragraph": "item"}
    name = node["level"] if not printed.startswith("(") else "item"
    kind = kinds.get(word, kinds.get(name, name))
    number = printed.split()[-1].strip(_NUMBER_SIGNS) if printed.split() else ""
    label = Span(node["start"], node["start"] + len(printed)) if printed else None
    known = kind in NodeKind._value2member_map_
    return Node(
        Span(node["start"], node["end"]),
        NodeKind(kind) if known else NodeKind.ITEM,
        level,
        parent,
        label,
        number,
    )
