"""All that a legal text says of itself but its cross-references."""

from models.legal import LegalMetadata
from services.legal.citations import citations
from services.legal.date_roles import dates
from services.legal.governing import governing_laws
from services.legal.money import amounts
from services.legal.parties import parties
from services.legal.terms import defined_terms
from services.legal.uses import term_uses


def legal_metadata(text: str) -> LegalMetadata:
    """Terms, uses, parties, dates, governing law, amounts and citations. Deterministic; linear in length."""
    terms = defined_terms(text)
    return LegalMetadata(
        terms=terms,
        uses=tuple(term_uses(text, terms)),
        parties=parties(text),
        dates=dates(text),
        governing_laws=tuple(governing_laws(text)),
        amounts=tuple(amounts(text)),
        citations=tuple(citations(text)),
    )
