"""What a legal text says of itself as the command line, the API and chunks show it; spans in code points."""

from typing import Any

from models.legal import Amount, Citation, DefinedTerm, Entity, GoverningLaw, LegalDate, LegalMetadata, Party


def term_form(term: DefinedTerm) -> dict[str, Any]:
    """A term and where it is defined."""
    return {
        "term": term.name,
        "form": term.form.value,
        "span": list(term.span),
        "definition": list(term.definition),
    }


def party_form(party: Party, text: str) -> dict[str, Any]:
    """A party; `role` is what the contract calls it."""
    return {"name": party.name, "role": party.role.of(text) if party.role else None, "span": list(party.span)}


def date_form(date: LegalDate) -> dict[str, Any]:
    """A date in ISO 8601 and what happens on it."""
    return {"date": date.value, "roles": [role.value for role in date.roles], "span": list(date.span)}


def law_form(law: GoverningLaw, text: str) -> dict[str, Any]:
    """The words that say which law governs, and the sentence they stand in."""
    return {"law": law.law.of(text), "span": list(law.span)}


def amount_form(amount: Amount) -> dict[str, Any]:
    """Money: a decimal number as a string, and ISO 4217."""
    return {"value": str(amount.value), "currency": amount.currency, "span": list(amount.span)}


def citation_form(citation: Citation, text: str) -> dict[str, Any]:
    """Another text that is cited."""
    return {
        "text": citation.span.of(text),
        "kind": citation.kind.value,
        "span": list(citation.span),
    }


def entity_form(entity: Entity, text: str) -> dict[str, Any]:
    """A named entity."""
    return {"text": entity.span.of(text), "label": entity.label, "span": list(entity.span)}


def legal_form(metadata: LegalMetadata, text: str) -> dict[str, Any]:
    """Everything but the places where terms are used."""
    return {
        "terms": [term_form(term) for term in metadata.terms],
        "parties": [party_form(party, text) for party in metadata.parties],
        "dates": [date_form(date) for date in metadata.dates],
        "governing_law": [law_form(law, text) for law in metadata.governing_laws],
        "amounts": [amount_form(amount) for amount in metadata.amounts],
        "citations": [citation_form(cited, text) for cited in metadata.citations],
    }
