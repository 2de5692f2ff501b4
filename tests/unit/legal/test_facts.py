"""Parties, dates, governing law, amounts and citations."""

from dataclasses import fields
from decimal import Decimal

import pytest

from models.legal import CitationKind, DateRole, LegalMetadata
from models.span import Span
from services.legal.citations import citations
from services.legal.date_roles import dates
from services.legal.governing import governing_laws
from services.legal.metadata import legal_metadata
from services.legal.money import amounts
from services.legal.parties import parties

PREAMBLE = (
    "SERVICES AGREEMENT\n\nThis Services Agreement (this “Agreement”) is made as of May 8, 2014 (the "
    "“Effective Date”) by and between Acme Widgets, Inc., a Delaware corporation (the “Seller”), and Bolt & "
    "Nut Limited, a company in England (“Buyer”).\n\nRECITALS\n\nWHEREAS, the Seller makes widgets."
)


def test_the_preamble_names_the_parties_and_their_roles() -> None:
    found = parties(PREAMBLE)
    assert [(party.name, party.role and party.role.of(PREAMBLE)) for party in found] == [
        ("Acme Widgets, Inc.", "Seller"),
        ("Bolt & Nut Limited", "Buyer"),
    ]
    assert [party.span.of(PREAMBLE) for party in found] == ["Acme Widgets, Inc.", "Bolt & Nut Limited"]


def test_a_name_with_and_in_it_is_one_party() -> None:
    text = "AGREEMENT between Institute of Grass and Soil Research Ltd. (“IGSR”) and Ceres, Inc. (“Ceres”)."
    assert [party.name for party in parties(text)] == [
        "Institute of Grass and Soil Research Ltd.",
        "Ceres, Inc.",
    ]


@pytest.mark.parametrize(
    "after",
    [
        " ARTICLE I DEFINITIONS 1.1 Terms",
        "\n\nARTICLE I\nDEFINITIONS",
        "\nDefinitions\nThe Term",
        " 1. TERMS",
    ],
)
def test_a_name_ends_before_the_next_heading(after: str) -> None:
    text = f"This Agreement is made between Alice Inc. and Bob Ltd.{after} means what it says."
    assert [party.name for party in parties(text)] == ["Alice Inc.", "Bob Ltd."]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "FILING\nMADE HOLDINGS, L.P. By: Made GP, its partner By: /s/ A. Maker JANE Q. MAKER /s/ J",
            ["MADE HOLDINGS, L.P.", "JANE Q. MAKER"],
        ),
        (
            "CABLES\nFor and on behalf of  Made Telecom AG\n---\nFor and on behalf of  Other Cable Inc.\n---",
            ["Made Telecom AG", "Other Cable Inc."],
        ),
        ("SUPPLY FORM\nBuyer: Made Ltd.\nSeller: Other GmbH\nGoods: none", ["Made Ltd.", "Other GmbH"]),
        (
            "It is agreed that Made Fund LLC (the “Fund”) and then Other Inc. (“Other”) sell shares.",
            ["Made Fund LLC", "Other Inc."],
        ),
    ],
)
def test_without_a_preamble_parties_are_who_signs_or_is_introduced(text: str, names: list[str]) -> None:
    assert [party.name for party in parties(text)] == names


def test_signatures_without_end_are_bounded_work() -> None:
    parties("MADE AND OTHER LTD. By: " * 20_000)
    parties("A " * 200_000 + "/s/ " * 20_000)


@pytest.mark.parametrize(
    ("text", "expires"),
    [
        ("This Agreement shall terminate on June 30, 2010.", True),
        ("Expiration Date: August 31, 2006", True),
        ("“Contract Period” shall mean the time from May 31, 1999 and concluding May 31, 2000.", True),
        ("The report for the fiscal year ended December 31, 2020 is filed under this Agreement.", False),
        ("If this Agreement is terminated prior to May 30, 2001, the option ends.", False),
        ("The banner is shown until July 1, 2002.", False),
    ],
)
def test_a_contract_expires_on_the_day_that_ends_its_term(text: str, *, expires: bool) -> None:
    assert (DateRole.EXPIRATION in dates(text)[-1].roles) == expires


def test_a_text_without_a_contract_has_no_parties() -> None:
    assert parties("The difference between a statute and a rule is small.") == ()


@pytest.mark.parametrize(
    ("text", "wording", "value"),
    [
        ("on May 8, 2014 at noon", "May 8, 2014", "2014-05-08"),
        ("this 8th day of May 2014", "8th day of May 2014", "2014-05-08"),
        ("this first day of January, 2007", "first day of January, 2007", "2007-01-01"),
        ("on 25 September 2018.", "25 September 2018", "2018-09-25"),
        ("MARCH 12,1999", "MARCH 12,1999", "1999-03-12"),
        ("at 2021-02-03", "2021-02-03", "2021-02-03"),
        ("vom 3. März 2015", "3. März 2015", "2015-03-03"),
        ("am 03.04.2015", "03.04.2015", "2015-04-03"),
        ("du 1er août 1999", "1er août 1999", "1999-08-01"),
        ("de 5 de octubre de 2006", "5 de octubre de 2006", "2006-10-05"),
        ("del 7 agosto 1990", "7 agosto 1990", "1990-08-07"),
        ("em 11 de julho de 1984", "11 de julho de 1984", "1984-07-11"),
        ("in September 2018", "September 2018", "2018-09"),
    ],
)
def test_a_date_is_read(text: str, wording: str, value: str) -> None:
    (date,) = dates(text)
    assert (date.span.of(text), date.value) == (wording, value)


@pytest.mark.parametrize(
    "text", ["in 1999", "Section 2001", "$1,999", "May 45, 2014", "13/32/2014", "part 2014"]
)
def test_a_number_is_no_date(text: str) -> None:
    assert dates(text) == ()


def test_dates_have_the_roles_that_the_words_beside_them_give() -> None:
    text = f"{PREAMBLE}\n\nThe term expires on June 1, 2016. The Lease dated July 2, 2010 stays."
    assert [(date.value, date.roles) for date in dates(text)] == [
        ("2014-05-08", (DateRole.AGREEMENT, DateRole.EFFECTIVE)),
        ("2016-06-01", (DateRole.EXPIRATION,)),
        ("2010-07-02", ()),
    ]


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("This Agreement shall be governed by the laws of the State of New York.", "the State of New York"),
        ("This Agreement is governed by English law.", "English"),
        ("Dieser Vertrag unterliegt dem Recht der Bundesrepublik Deutschland.", "Bundesrepublik Deutschland"),
        ("Le présent contrat est régi par le droit français.", "français"),
        ("El presente contrato se regirá por las leyes de España.", "España"),
    ],
)
def test_the_governing_law_is_found(text: str, law: str) -> None:
    (found,) = governing_laws(f"Nothing here. {text} Notices are sent by mail.")
    assert (found.span.of(f"Nothing here. {text}"), found.law.of(f"Nothing here. {text}")) == (text, law)


def test_a_duty_to_comply_with_laws_governs_nothing() -> None:
    assert (
        list(governing_laws("The Seller shall comply with all laws of each State. Applicable Law is kept."))
        == []
    )


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("$1,500.25", "1500.25", "USD"),
        ("US$ 2 million", "2000000", "USD"),
        ("EUR 5.000,00", "5000.00", "EUR"),
        ("1 000 €", "1000", "EUR"),
        ("1.5 Millionen Euro", "1500000", "EUR"),
        ("CHF 1'250", "1250", "CHF"),
        ("500 dollars", "500", "USD"),
        ("£3bn", "3000000000", "GBP"),
        ("R$ 10,50", "10.50", "BRL"),
    ],
)
def test_an_amount_is_read(text: str, value: str, currency: str) -> None:
    sentence = f"pay {text} now"
    (amount,) = amounts(sentence)
    assert (amount.span.of(sentence), amount.value) == (text, Decimal(value))
    assert amount.currency == currency


@pytest.mark.parametrize(
    ("text", "cited", "kind"),
    [
        ("see 347 U.S. 483 (1954).", "347 U.S. 483 (1954)", CitationKind.CASE),
        ("in 7 F. Supp. 2d, at 1068, the", "7 F. Supp. 2d, at 1068", CitationKind.CASE),
        ("[2010] EWHC 465 (Comm) held", "[2010] EWHC 465 (Comm)", CitationKind.CASE),
        ("under 25 U.S.C. 4101 et seq. and", "25 U.S.C. 4101 et seq.", CitationKind.STATUTE),
        ("by Public Law 111–148, as", "Public Law 111–148", CitationKind.STATUTE),
        ("section 552 of title 5, United States Code.", "section 552 of title 5, United States Code",
         CitationKind.STATUTE),
        ("Section 4(a) of the Clean Air Act", "Section 4(a) of the Clean Air Act", CitationKind.STATUTE),
        ("section 602 of the Home Rule Act. The", "section 602 of the Home Rule Act", CitationKind.STATUTE),
        ("see D.C. Official Code § 1-204.24 for", "D.C. Official Code § 1-204.24", CitationKind.STATUTE),
        ("21 C.F.R. § 312.70 says", "21 C.F.R. § 312.70", CitationKind.REGULATION),
        ("Regulation (EU) 2016/679 on", "Regulation (EU) 2016/679", CitationKind.REGULATION),
        ("nach § 433 Abs. 1 BGB ist", "§ 433 Abs. 1 BGB", CitationKind.STATUTE),
        ("l'article 1240 du code civil dit", "article 1240 du code civil", CitationKind.STATUTE),
        ("la Ley Orgánica 3/2018 de", "Ley Orgánica 3/2018", CitationKind.STATUTE),
        ("art. 2043 c.c. prevede", "art. 2043 c.c.", CitationKind.STATUTE),
        ("pela Lei nº 8.078/90 são", "Lei nº 8.078/90", CitationKind.STATUTE),
    ],
)  # fmt: skip
def test_a_citation_is_found_whole(text: str, cited: str, kind: CitationKind) -> None:
    assert [(found.span.of(text), found.kind) for found in citations(text)] == [(cited, kind)]


@pytest.mark.parametrize("text", ["10 Downing Street 5", "Section 4.2 of this Agreement", "3 Red Apples 12"])
def test_numbers_beside_words_are_no_citation(text: str) -> None:
    assert list(citations(text)) == []


HOSTILE = [
    '"' * 40_000,
    "“a” " * 8_000,
    "(" * 40_000,
    "(a" * 20_000,
    "1999 " * 8_000,
    "May 1, 1999 " * 1_500,
    "law " * 8_000,
    "governed by the laws of the " * 1_000,
    "$" * 10_000,
    "1," * 20_000,
    "by and between A and " * 2_000,
    " " * 40_000,
    "\n" * 40_000,
    "1 U.S. 1 " * 2_000,
    "§ 1 " * 8_000,
    "section 1 of the " * 2_000,
    "Section 1" + ", 2" * 10_000,
    "\ud800“\ud800” means ",
    "hereinafter referred to as the “A" * 1_000,
    "²³€٣ " * 5_000,
]


def spans_of(found: LegalMetadata) -> list[Span]:
    return [value.span for field in fields(found) for value in getattr(found, field.name)]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_end_and_every_span_lies_in_the_text(text: str) -> None:
    found = legal_metadata(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans_of(found))
    assert legal_metadata(text) == found
