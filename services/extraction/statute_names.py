"""The element names of Akoma Ntoso (LegalDocML 3.0) and USLM 1 and 2 that decide how a text is laid out."""

CONTAINERS = frozenset(
    {
        "title",
        "subtitle",
        "book",
        "tome",
        "division",
        "subdivision",
        "part",
        "subpart",
        "chapter",
        "subchapter",
        "article",
        "appendix",
        "compiledAct",
        "courtRules",
        "courtRule",
        "reorganizationPlan",
        "reorganizationPlans",
        "schedule",
        "attachment",
        "annex",
    }
)
"""Divisions above the section: a heading even where they only have a number."""
RUNNING_TITLES = frozenset({"note", "sourceNote", "figure", "signature", "toc", "tocItem", "referenceItem"})
"""Not divisions: a heading inside is a line like others."""
PROVISIONS = frozenset(
    {
        "subsection",
        "paragraph",
        "subparagraph",
        "clause",
        "subclause",
        "item",
        "subitem",
        "subsubitem",
        "point",
        "indent",
        "alinea",
        "level",
        "subrule",
        "sublist",
        "listItem",
        "li",
        "proviso",
        "transitional",
    }
)
"""Divisions below the section: number, heading and text run on in one block."""
RUNNING_ON = frozenset({"content", "p", "chapeau", "intro", "listContent", "listIntroduction", "text"})
"""What goes on in the line of a number that stands before it."""
DIVISIONS = (CONTAINERS | PROVISIONS | {"section", "hcontainer", "recital", "rule"}) - {
    "li",
    "proviso",
    "transitional",
}
"""What a document is divided into where it has a number or a heading."""
QUOTED = frozenset({"quotedContent", "quotedStructure", "embeddedStructure", "quotedBlock"})
UNSEEN = frozenset({"meta", "reportMeta", "tallySheetMeta", "metadata", "presentation"})
FOOTNOTES = frozenset({"footnote", "authorialNote"})
TABLES = frozenset({"table", "layout"})
_INLINE_NAMES = (
    "a abbr affected affectedDocument affectedEntity amendingAction approvedDate argument b bold br "
    "change citableAs committee concept congress court courtType currentChamber date dc decoration "
    "def del docAuthority docCommittee docDate docIntroducer docJurisdiction docketNumber docNumber "
    "docProponent docPurpose docStage docStatus docTitle docType elided em embeddedText entity eol "
    "event fillIn footnoteRef from i img inline ins intitule judge jurisdiction lawyer legislator "
    "legislature location marker mmod mod mref neutralCitation noteRef num object omissis opinion "
    "organization outcome party person placeholder process q quantity quotedText recordedTime ref "
    "relatedDocument remark rmod role rref scene session shortTitle signature small span sponsor "
    "strike strong sub sup term time type u underline vote xref "
)
INLINE = frozenset(_INLINE_NAMES.split())
