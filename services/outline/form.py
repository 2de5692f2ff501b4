"""An outline as the command line and the API show it."""

from typing import Any

from models.outline import Outline
from services.outline.citing import citation


def outline_form(outline: Outline, text: str) -> list[dict[str, Any]]:
    """The nodes in order; offsets in code points, `children` and `parent` as indices."""
    return [_form(outline, index, text) for index in range(len(outline.nodes))]


def _form(outline: Outline, index: int, text: str) -> dict[str, Any]:
    node = outline.nodes[index]
    return {
        "index": index,
        "kind": node.kind.value,
        "level": node.level,
        "number": node.number,
        "label": " ".join(node.label.of(text).split()) if node.label else "",
        "heading": node.heading,
        "citation": citation(outline, index),
        "parent": node.parent,
        "children": list(outline.children(index)),
        "span": list(node.span),
        "label_span": None if node.label is None else list(node.label),
        "heading_span": None if node.heading_span is None else list(node.heading_span),
    }
