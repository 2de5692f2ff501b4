"""What a legal text says of itself: terms, parties, dates, law, amounts, citations and references.

Every value points at exact spans of the canonical text.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from models.span import Span


class TermForm(StrEnum):
    """How a text gives a term its meaning."""

    MEANS = "means"
    """“Term” means…"""
    SHORTHAND = "shorthand"
    """… (the “Term”), … (hereinafter “Term”)"""
    REFERRED = "referred"
    """“Term” has the meaning given in Section 3"""


@dataclass(frozen=True, slots=True)
class DefinedTerm:
    """`name` in one line, `span` where it is defined, without quotes; `definition` is the whole passage."""

    name: str
    span: Span
    definition: Span
    form: TermForm


@dataclass(frozen=True, slots=True)
class TermUse:
    """A place that uses the term with that index among the defined ones."""

    span: Span
    term: int


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a contract by its name, and what the contract calls it afterwards."""

    span: Span
    name: str
    role: Span | None = None


class DateRole(StrEnum):
    """What happens on a date, as the words beside it say."""

    AGREEMENT = "agreement"
    EFFECTIVE = "effective"
    EXPIRATION = "expiration"


@dataclass(frozen=True, slots=True)
class LegalDate:
    """`value` is ISO 8601: `2018-03-01`, or `2018-03` where no day is named."""

    span: Span
    value: str
    roles: tuple[DateRole, ...] = ()


@dataclass(frozen=True, slots=True)
class GoverningLaw:
    """The sentence that chooses a law, and the words in it that say which."""

    span: Span
    law: Span


@dataclass(frozen=True, slots=True)
class Amount:
    """Money; `currency` is ISO 4217, a bare `$` counts as USD."""

    span: Span
    value: Decimal
    currency: str


class CitationKind(StrEnum):
    """What is cited."""

    CASE = "case"
    STATUTE = "statute"
    REGULATION = "regulation"


@dataclass(frozen=True, slots=True)
class Citation:
    """Another text that is cited by its number or its name."""

    span: Span
    kind: CitationKind


class Entity(NamedTuple):
    """A name of something; the label is the pipeline's own (`ORG`, `GPE`)."""

    span: Span
    label: str


@dataclass(frozen=True, slots=True)
class LegalMetadata:
    """All of a document, each sorted by span."""

    terms: tuple[DefinedTerm, ...] = ()
    uses: tuple[TermUse, ...] = ()
    parties: tuple[Party, ...] = ()
    dates: tuple[LegalDate, ...] = ()
    governing_laws: tuple[GoverningLaw, ...] = ()
    amounts: tuple[Amount, ...] = ()
    citations: tuple[Citation, ...] = ()


class ReferenceStatus(StrEnum):
    """What became of a cross-reference."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of other parts of the document; `targets` are indices into the nodes of its outline.

    `kind` is what the text calls them (`section`, `paragraph`…); `reason` says why a reference is unresolved
    or external, and how a resolved one was found.
    """

    span: Span
    kind: str
    targets: tuple[int, ...] = ()
    status: ReferenceStatus = ReferenceStatus.UNRESOLVED
    reason: str = ""
    missing: tuple[str, ...] = ()
    """Labels of a list that no part of the document has."""
