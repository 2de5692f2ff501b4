"""What parts of laws and contracts are called when a text refers to them, in six languages."""

import re

_NAMES = {
    "section": "section sec. § abschnitt abschnitts sección sezione seção secção"
    " | sections secs. §§ abschnitte abschnitten secciones sezioni seções secções",
    "subsection": "subsection subsec. absatz abs. absatzes paragraphe apartado comma parágrafo"
    " | subsections absätze absätzen paragraphes apartados commi parágrafos",
    "paragraph": "paragraph para. para par. alinéa párrafo paragrafo"
    " | paragraphs paras. alinéas párrafos paragrafi",
    "subparagraph": "subparagraph sub-paragraph | subparagraphs sub-paragraphs",
    "clause": "clause ziffer ziff. nummer nr. cláusula clausola | clauses ziffern nummern cláusulas clausole",
    "subclause": "subclause sub-clause | subclauses sub-clauses",
    "item": "item buchstabe buchstaben lit. lettera letra alínea point punto ponto inciso subitem"
    " | items lettere letras alíneas points punti puntos pontos incisos",
    "article": "article art. artikel artikels artículo articolo artigo"
    " | articles arts. artikeln artículos articoli artigos",
    "part": "part teil partie parte | parts teile parties partes parti",
    "subpart": "subpart | subparts",
    "chapter": "chapter kapitel kapitels chapitre capítulo capitolo capo"
    " | chapters chapitres capítulos capitoli",
    "subchapter": "subchapter | subchapters",
    "title": "title titel titels titre título titolo | titles titres títulos titoli",
    "subtitle": "subtitle | subtitles",
    "division": "division | divisions",
    "rule": "rule | rules",
    "recital": "recital | recitals",
    "schedule": "schedule | schedules",
    "annex": "annex anhang anhangs anlage annexe anexo allegato | annexes anhänge anlagen anexos allegati",
    "appendix": "appendix apéndice appendice apêndice | appendices",
    "exhibit": "exhibit attachment | exhibits attachments",
}
KINDS = {name: kind for kind, names in _NAMES.items() for name in names.replace("|", " ").split()}
"""Kind by word in lower case."""

PLURALS = frozenset(name for names in _NAMES.values() for name in names.partition("|")[2].split())
"""Words that announce more than one number."""

_INNER_WORDS = (
    "absatz absätze absätzen abs. ziffer ziffern ziff. nummer nummern nr. buchstabe buchstaben lit. "
    "paragraphe paragraphes alinéa alinéas point points párrafo párrafos apartado apartados letra "
    "letras inciso incisos paragrafo paragrafi comma commi lettera lettere punto punti puntos parágrafo "
    "parágrafos alínea alíneas ponto pontos"
)
INNER = frozenset(_INNER_WORDS.split())
"""Words for what is inside a section, though its number has no brackets."""

_NAMED_WORDS = (
    "part subpart article chapter subchapter title subtitle division schedule annex appendix exhibit rule "
    "recital section"
)
NAMED = frozenset(_NAMED_WORDS.split())
"""Kinds that are numbered in capital letters or Roman numerals, too."""

RANKS = {
    kind: rank
    for rank, kinds in enumerate(
        (
            ("exhibit", "annex", "appendix", "schedule"), ("title", "division"), ("subtitle",),
            ("part", "chapter"), ("subpart", "subchapter"), ("article",), ("section", "rule", "recital"),
            ("subsection",), ("paragraph",),
            ("subparagraph",), ("clause",), ("subclause",), ("item",),
        )
    )
    for kind in kinds
}  # fmt: skip
"""How they nest, the outermost first."""

_THIS = (
    r"(?P<this>[Tt]his|[Dd]iese[mrs]?|[Cc]e(?:t(?:te)?)?|(?:[Ll][ea]\s|du\s)?[Pp]résente?|[Ee]st[ea]|"
    r"(?:[Ee]l|[Ll]a|[Ii]l|[Oo]|[Aa]|del|della|do|da)\s[Pp]resente|[Qq]uest[oa])"
)
_OTHER = (
    r"(?P<before>(?:[Ii]mmediately\s|[Nn]ext\s)?(?:[Pp]receding|[Pp]revious|[Ff]oregoing|"
    r"[Vv]orstehende[mrns]?|[Vv]orhergehende[mrns]?|"
    r"[Vv]orige[mrns]?))|(?P<after>(?:[Ii]mmediately\s)?(?:[Ff]ollowing|[Nn]ext|[Ss]ucceeding|"
    r"[Nn]achfolgende[mrns]?|[Ff]olgende[mrns]?))"
)
RELATIVE = re.compile(rf"\b(?:{_THIS}|{_OTHER})\s{{1,3}}(?P<word>[A-Za-zÀ-ÿ-]{{4,14}})\b(?!\s?[(\d])")
"""`this Article`, `the preceding clause`."""

WHERE = re.compile(
    r"\s(?P<above>above|oben|supra|ci-dessus|anterior(?:es)?|precedent[ei]|acima|hereof|hereto|hereunder|"
    r"herein)\b|\s(?P<below>below|unten|infra|ci-dessous|siguientes?|seguent[ei]|abaixo)\b"
)
"""After a number: `above`, `hereof`."""

OF = re.compile(
    r",?\s{1,3}(?:of|in|der|des|im|vom|von|du|de\sla|de\sl['’]|des|de|del|della|dell['’]|do|"
    r"da)\s{0,3}(?:(?:the|this)\s)?"
)
"""Between a part and the one that it is in: `paragraph (a) of Section 2`."""

SUCH = re.compile(r"\s{1,3}(?:of|in|under)\s(?:such|that|said|the\ssaid)\s(?P<word>[A-Za-z]{3,14})\b")
"""After a part that is in one that was named before."""

CODE_BEFORE = re.compile(
    r"(?:Codes?(?:\s\((?:\d{4}\s)?[Ee]d\.\))?|U\.\s?S\.\s?C\.(?:\s?A\.)?|USC|C\.\s?F\.\s?R\.|CFR|DCMR|"
    r"Stat\.|Ann\.|Reg(?:s|ulations?)?\.?|Act|Law|ERISA|IRC|UCC|Code’s|GDPR|Treas\.)[,’'s]{0,3}\s{0,3}\Z"
)
"""Before a number that belongs to another law: `D.C. Official Code § `."""
