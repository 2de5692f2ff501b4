"""Defined terms, where they are defined, and where they are used."""

import pytest

from models.legal import TermForm
from services.legal.terms import defined_terms
from services.legal.uses import term_uses


def names(text: str) -> list[tuple[str, TermForm]]:
    return [(term.name, term.form) for term in defined_terms(text)]


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("“Affiliate” means any company that controls a Party.", "Affiliate", TermForm.MEANS),
        ('"Effective Date" shall mean June 1, 2004.', "Effective Date", TermForm.MEANS),
        ("(2) the term “agency” includes any bureau;", "agency", TermForm.MEANS),
        ("Acme Inc. (the “Seller”) sells goods.", "Seller", TermForm.SHORTHAND),
        ("(together with its Affiliates, the “Group”)", "Group", TermForm.SHORTHAND),
        ("Bolt Ltd. (hereinafter referred to as “Bolt”) agrees.", "Bolt", TermForm.SHORTHAND),
        ("(in this section referred to as the “program”)", "program", TermForm.SHORTHAND),
        ("under the Companies Act 2006 (“the 2006 Act”),", "2006 Act", TermForm.SHORTHAND),
        ("“Closing” has the meaning given in Section 3.", "Closing", TermForm.REFERRED),
        ("made as of May 1, 2001 (the Effective Date) by", "Effective Date", TermForm.SHORTHAND),
        ("\nConfidential Information means all data.", "Confidential Information", TermForm.MEANS),
        ("„Gesellschaft“ bedeutet die Acme GmbH.", "Gesellschaft", TermForm.MEANS),
        ("die Acme GmbH (nachfolgend „Verkäufer“) liefert", "Verkäufer", TermForm.SHORTHAND),
        ("la société Acme (ci-après dénommée le « Vendeur »)", "Vendeur", TermForm.SHORTHAND),
        ("On entend par « produit » tout bien meuble.", "produit", TermForm.MEANS),
        ("Acme S.A. (en adelante, el «Vendedor») vende", "Vendedor", TermForm.SHORTHAND),
        ("Acme S.p.A. (di seguito denominata «Venditore»)", "Venditore", TermForm.SHORTHAND),
        ("Acme Ltda. (doravante denominada “Vendedora”)", "Vendedora", TermForm.SHORTHAND),
    ],
)
def test_a_term_is_found_in_the_form_that_defines_it(text: str, name: str, form: TermForm) -> None:
    assert names(text) == [(name, form)]
    (term,) = defined_terms(text)
    assert term.span.of(text).endswith(name)
    assert term.definition.contains(term.span)


@pytest.mark.parametrize(
    "text",
    [
        "He said “This is not a definition” and left.",
        "by striking “should” each place it appears",
        "as reported in the press (see “The Times”)",
        'It was a "short" visit.',
        "the so-called “leading questions” were put to him",
    ],
)
def test_a_quotation_is_no_term(text: str) -> None:
    assert names(text) == []


def test_terms_that_share_a_meaning_are_all_defined() -> None:
    assert names("“Affiliate”, “Group” and “Owner” mean a company.") == [
        (name, TermForm.MEANS) for name in ("Affiliate", "Group", "Owner")
    ]


def test_a_definition_ends_with_its_paragraph_or_before_the_next_term() -> None:
    text = "“Buyer” means Acme;\n“Seller” means Bolt.\n\nThe Buyer pays."
    first, second = defined_terms(text)
    assert first.definition.of(text) == "“Buyer” means Acme;"
    assert second.definition.of(text) == "“Seller” means Bolt."


def test_a_shorthand_is_defined_from_its_sentence_to_its_bracket() -> None:
    text = "It rains.\n\nAcme of Ohio (the “Seller”) sells goods (new)."
    assert defined_terms(text)[0].definition.of(text) == "Acme of Ohio (the “Seller”)"
    text = "This title may be cited as the “Water Act”.\nSection 2 (new)."
    assert defined_terms(text)[0].definition.of(text) == "This title may be cited as the “Water Act”"


def uses(text: str) -> list[tuple[str, str]]:
    terms = defined_terms(text)
    return [(use.span.of(text), terms[use.term].name) for use in term_uses(text, terms)]


def test_the_longest_term_is_used_and_only_as_whole_words() -> None:
    text = "“Service” means A.\n“Service Fee” means B.\nThe Service Fee, a Service and Serviceable things."
    assert uses(text) == [("Service Fee", "Service Fee"), ("Service", "Service")]


def test_plurals_genitives_and_broken_lines_are_uses() -> None:
    text = "“Third Party” means A.\nThird Parties, a Third\nParty’s goods, a third party."
    assert uses(text) == [("Third Parties", "Third Party"), ("Third\nParty’s", "Third Party")]


def test_words_are_not_joined_over_a_mark() -> None:
    assert uses("“Service Fee” means B.\nFor the Service, Fee is due.") == []


def test_five_thousand_terms_are_told_apart() -> None:
    text = "\n".join(f"“Term {i}” means {i}." for i in range(5_000)) + "\nSee Term 77 and Term 4999."
    assert [name for _, name in uses(text)] == ["Term 77", "Term 4999"]
