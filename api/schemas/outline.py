"""Outlines on the wire."""

from pydantic import BaseModel, Field

from models.legal import CitationKind, DateRole, TermForm
from models.outline import NodeKind

Pair = tuple[int, int]


class NodeOut(BaseModel):
    """A numbered or named part of a document; spans are code points of the canonical text, end exclusive."""

    index: int = Field(ge=0, description="Place among the parts, from 0; parents come before their children.")
    kind: NodeKind
    level: int = Field(ge=0, description="Parts around it.")
    number: str = Field(description="Alone: `4.2`, `a`; empty without one.")
    label: str = Field(description="The number as it is printed: `Section 4.2`, `(a)`.")
    heading: str = Field(description="Of a definition its term.")
    citation: str = Field(description="`Art. 5 § 2 (a)(ii)`; empty where no number stands.")
    parent: int | None
    children: list[int]
    span: Pair = Field(description="With everything below it.")
    label_span: Pair | None
    heading_span: Pair | None


class TermOut(BaseModel):
    """A defined term, and the passage that defines it."""

    term: str
    form: TermForm
    span: Pair
    definition: Pair


class PartyOut(BaseModel):
    """A party of a contract; `role` is what the contract calls it."""

    name: str
    role: str | None
    span: Pair


class DateOut(BaseModel):
    """A date, in ISO 8601."""

    date: str
    roles: list[DateRole]
    span: Pair


class LawOut(BaseModel):
    """Which law governs; the span is that of the sentence."""

    law: str
    span: Pair


class AmountOut(BaseModel):
    """Money; the currency is ISO 4217."""

    value: str = Field(description="A decimal number.")
    currency: str
    span: Pair


class CitationOut(BaseModel):
    """Another text that is cited."""

    text: str
    kind: CitationKind
    span: Pair


class LegalOut(BaseModel):
    """What a legal text says of itself, found by rules; empty lists for other texts."""

    terms: list[TermOut]
    parties: list[PartyOut]
    dates: list[DateOut]
    governing_law: list[LawOut]
    amounts: list[AmountOut]
    citations: list[CitationOut]


class OutlineOut(BaseModel):
    """The parts of a document as a tree."""

    document: str
    nodes: list[NodeOut]
    legal: LegalOut
