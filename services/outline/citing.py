"""Parts of an outline as lawyers cite them: `Art. 5 § 2 (a)(ii)`."""

from models.outline import Node, NodeKind, Outline

_SHORT = {
    NodeKind.PART: "Pt.",
    NodeKind.BOOK: "Bk.",
    NodeKind.DIVISION: "Div.",
    NodeKind.TITLE: "Tit.",
    NodeKind.SUBTITLE: "Subtit.",
    NodeKind.CHAPTER: "Ch.",
    NodeKind.SUBCHAPTER: "Subch.",
    NodeKind.SUBPART: "Subpt.",
    NodeKind.ARTICLE: "Art.",
    NodeKind.SECTION: "§",
    NodeKind.CLAUSE: "cl.",
    NodeKind.RULE: "r.",
    NodeKind.SCHEDULE: "Sched.",
    NodeKind.ANNEX: "Annex",
    NodeKind.APPENDIX: "App.",
    NodeKind.EXHIBIT: "Ex.",
    NodeKind.RECITAL: "Recital",
}


def citation(outline: Outline, index: int) -> str:
    """The numbers from the outermost part to this one; empty where no part has one.

    `4.2` below `4` stands for both; a number that nothing but its place explains goes in brackets.
    """
    parts: list[str] = []
    last = ""
    for i in (*outline.ancestors(index), index):
        node = outline.nodes[i]
        if node.kind is NodeKind.DEFINITION and not node.number:
            parts.append(f" “{node.heading}”")
        elif node.number:
            if last and node.number.startswith(f"{last}.") and node.kind not in _SHORT:
                parts[-1] = parts[-1].removesuffix(last) + node.number
            else:
                parts.append(_part(node, parts))
            last = node.number
    return "".join(parts).strip()


def _part(node: Node, above: list[str]) -> str:
    """Named numbers after their name, others in brackets, which follow each other without a blank."""
    if node.kind in _SHORT:
        return f" {_SHORT[node.kind]} {node.number}"
    if "." in node.number:
        return f" § {node.number}"
    if not above and node.kind is NodeKind.PARAGRAPH:
        return f" {node.number}"
    return f"({node.number})" if above and above[-1].endswith(")") else f" ({node.number})"
