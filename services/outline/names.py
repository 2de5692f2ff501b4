"""What statutes, contracts and judgments call their numbered parts, in six languages."""

from models.outline import NodeKind

_WORDS: dict[NodeKind, str] = {
    NodeKind.DIVISION: "division división",
    NodeKind.BOOK: "book livre buch libro livro",
    NodeKind.TITLE: "title titre titel título titolo",
    NodeKind.SUBTITLE: "subtitle untertitel subtítulo",
    NodeKind.PART: "part partie teil parte",
    NodeKind.SUBPART: "subpart",
    NodeKind.CHAPTER: "chapter chapitre kapitel capítulo capitolo capo",
    NodeKind.SUBCHAPTER: "subchapter unterkapitel",
    NodeKind.ARTICLE: "article artikel artículo articolo artigo art. art",
    NodeKind.SECTION: "section sec. sec sect. abschnitt sección sezione seção secção § §§ paragraphe",
    NodeKind.CLAUSE: "clause klausel cláusula clausola",
    NodeKind.RULE: "rule regulation regel règle",
    NodeKind.SCHEDULE: "schedule",
    NodeKind.ANNEX: "annex annexe anhang anlage anexo allegato attachment addendum",
    NodeKind.APPENDIX: "appendix appendice apéndice apêndice",
    NodeKind.EXHIBIT: "exhibit",
    NodeKind.RECITAL: "recital considérant erwägungsgrund considerando",
}
KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
"""Kind by name, in small letters."""

ATTACHED = frozenset({NodeKind.SCHEDULE, NodeKind.ANNEX, NodeKind.APPENDIX, NodeKind.EXHIBIT})
"""What stands beside the body of a document and counts anew inside."""
_NESTS = (
    ATTACHED,
    {NodeKind.DIVISION, NodeKind.BOOK},
    {NodeKind.TITLE},
    {NodeKind.SUBTITLE},
    {NodeKind.PART, NodeKind.CHAPTER},
    {NodeKind.SUBPART, NodeKind.SUBCHAPTER},
    {NodeKind.ARTICLE},
    {NodeKind.SECTION, NodeKind.CLAUSE, NodeKind.RULE},
)
RANKS: dict[str, int] = {kind: rank for rank, kinds in enumerate(_NESTS) for kind in kinds}
"""How statutes nest the parts that they name, the outermost first; chapters and parts nest either way."""


def encloses(outer: str, inner: str) -> bool:
    """Whether parts of the one name stand above those of the other wherever both are used."""
    return RANKS.get(outer, len(RANKS)) < RANKS.get(inner, -1)
