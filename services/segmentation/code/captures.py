"""The nodes of a tree that define symbols, import something or are comments."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from services.segmentation.code.definitions import DEFINITIONS, patterns
from services.segmentation.code.grammars import grammar
from services.segmentation.code.languages import LANGUAGES

if TYPE_CHECKING:
    from tree_sitter import Node, Query

_COMMENTS = ("comment", "line_comment", "block_comment", "multiline_comment", "documentation_comment")
_HOLDERS = {
    "python": (
        "module block decorated_definition class_definition function_definition if_statement elif_clause "
        "else_clause for_statement while_statement try_statement except_clause except_group_clause "
        "finally_clause with_statement match_statement case_clause"
    ),
}
"""The types of all nodes that can be around a definition, where expressions cannot."""


Captures = Mapping[str, "Sequence[Node]"]
"""Nodes by what they are captured as: `definition.` and its kind, `import`, `comment`."""


def captures(root: "Node", language: str) -> Captures:
    """By one query, in C, that looks at every node; a tree that is as the grammar wants it may need less."""
    if language in _HOLDERS and not root.has_error:
        return walked(root, language)
    return queried(root, language)


def queried(root: "Node", language: str) -> Captures:
    """What is found by looking at every node."""
    from tree_sitter import QueryCursor  # noqa: PLC0415 - compiled, and loaded already

    query = _query(language)
    return QueryCursor(query).captures(root) if query is not None else {}


def walked(root: "Node", language: str) -> Captures:
    """What is found by looking only where it can be; of comments those that may be about a definition."""
    holders, roles = _numbers(language)
    found = defaultdict[str, "list[Node]"](list)
    cursor = root.walk()
    inside = cursor.goto_first_child()
    while inside and (node := cursor.node) is not None:
        number = node.kind_id
        if number in roles:
            found[roles[number]].append(node)
        if number in holders and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found
    return found


@cache
def _numbers(language: str) -> tuple[frozenset[int], Mapping[int, str]]:
    """Types of nodes by their numbers: those to look into, and what others are captured as."""
    roles = {definition.node: f"definition.{definition.kind}" for definition in DEFINITIONS[language]}
    roles |= dict.fromkeys(LANGUAGES[language].imports, "import") | dict.fromkeys(_COMMENTS, "comment")
    number = grammar(language).id_for_node_kind
    known = {number(name, True): role for name, role in roles.items()}
    holders = (number(name, True) for name in _HOLDERS[language].split())
    return frozenset(filter(None, holders)), {found: role for found, role in known.items() if found}


@cache
def _query(language: str) -> "Query | None":
    from tree_sitter import Query  # noqa: PLC0415

    known = grammar(language)
    wanted = [*patterns(language), *(f"({kind}) @import" for kind in sorted(LANGUAGES[language].imports))]
    wanted += [f"({kind}) @comment" for kind in _COMMENTS if known.id_for_node_kind(kind, True) is not None]
    return Query(known, "\n".join(wanted)) if wanted else None
