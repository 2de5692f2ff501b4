"""Akoma Ntoso and USLM give their own tree."""

from models.apparatus_forms import dumped, loaded
from models.outline import NodeKind
from services.extraction.extract import extract
from services.outline.outline import outline_of
from tests.unit.outline.samples import drawn

USLM = """<?xml version="1.0"?>
<bill xmlns="http://schemas.gpo.gov/xml/uslm"><main>
<title><num value="I">TITLE I—</num><heading>GENERAL</heading>
<section><num value="1">SEC. 1. </num><heading>DEFINITIONS.</heading>
<subsection><num value="a">(a)</num>
<paragraph><num value="1">(1)</num><content>The term “plan” means a plan.</content></paragraph>
<paragraph><num value="2">(2)</num><content>by inserting:
<quotedContent><paragraph><num value="9">“(9)</num>
<content>quoted text”.</content></paragraph></quotedContent>
</content></paragraph></subsection></section></title>
<title><num value="II">TITLE II—</num><heading>OTHER</heading>
<section><num value="2">SEC. 2.</num><content>Text. Section 1 applies.</content></section></title>
</main></bill>"""

AKOMA = """<?xml version="1.0"?>
<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act><body>
<chapter eId="c1"><num>Chapter 1</num><heading>Scope</heading>
<article eId="a1"><num>Article 1</num>
<paragraph><num>1.</num><content><p>It applies.</p></content></paragraph>
<paragraph><num>2.</num><content><p>Always.</p></content></paragraph></article></chapter>
</body></act></akomaNtoso>"""


def test_uslm_is_read_as_it_nests_and_quotations_have_no_parts() -> None:
    document = extract(USLM.encode(), "bill.xml")
    assert drawn(document) == [
        "I | GENERAL",
        "  1 | DEFINITIONS",
        "    a",
        "      1 | plan",
        "      2",
        "II | OTHER",
        "  2",
    ]
    nodes = outline_of(document).nodes
    assert nodes[3].kind is NodeKind.DEFINITION
    assert [node.label.of(document.text) for node in nodes if node.label] == [
        "TITLE I",
        "SEC. 1",
        "(a)",
        "(1)",
        "(2)",
        "TITLE II",
        "SEC. 2",
    ]


def test_akoma_ntoso_is_read_as_it_nests() -> None:
    assert drawn(extract(AKOMA.encode(), "act.xml")) == ["1 | Scope", "  1", "    1", "    2"]


def test_the_tree_survives_storage() -> None:
    apparatus = extract(USLM.encode(), "bill.xml").apparatus
    assert apparatus.divisions
    assert loaded(dumped(apparatus)) == apparatus
