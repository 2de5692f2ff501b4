"""How companies and people are called in contracts: names, and where they end."""

import re

from models.span import Span

SUFFIX = (
    r"(?:Inc|INC|Incorporated|Corp|CORP|Corporation|CORPORATION|LLC|L\.\s?L\.\s?C|LLP|L\.L\.P|LP|L\.\s?P|"
    r"Ltd|LTD|"
    r"Limited|LIMITED|Co|CO|Company|COMPANY|N\.\s?A|S\.\s?A|SA|S\.A\.S|SAS|S\.r\.l|S\.p\.A|SpA|SARL|GmbH|"
    r"GMBH|AG|KG|SE|B\.V|BV|N\.V|NV|PLC|Plc|plc|P\.L\.C|Pte|PTE|Pty|PTY|A/S|AB|Oy|K\.K|LTDA|Ltda|"
    r"S\.\s?[ÀA]\s?\.?R\.\s?L)\b\.?"
)
WORD = (
    r"(?:[A-Z0-9ÀÁÂÄÅÇÉÈÊËÍÎÓÔÖØÚÜÝŠŽ][\w.&'’/@+-]{0,40}|[a-z]{1,12}[.-]?[A-Z][\w.]{0,30}|[a-z]-[a-z]{2,30}|"
    r"[a-z0-9-]{1,30}\.(?:com|net|org)|&|[a-z](?:\.[a-z]){1,4}\.|\[[●•*\s_]{1,12}\])"
)
_LINK = r"(?:of|and|the|de|for|del|di|da|du|von|to|in|d/b/a|dba|\&)"
_NAME = re.compile(
    rf"{WORD}(?:[ \t\n]{{1,20}}(?:{_LINK}[ \t\n]{{1,20}}){{0,2}}{WORD}|,?[ \t\n]{{1,20}}{SUFFIX}|"
    rf"[ \t]?\([A-Z][\w. ]{{1,20}}\)(?=[ \t](?:{WORD})))"
    r"{0,14}"
)
_ENDS_WITH_SUFFIX = re.compile(rf"(?:\A|[\s,]){SUFFIX}\Z")
SUFFIX_INSIDE = re.compile(rf"(?:\A|[\s,]){SUFFIX}(?=[\s,)]|\Z)")
_ARTICLE = re.compile(r"(?:[Tt]he|THE)\s{1,20}(?=[A-Z])")
_AND = re.compile(r"\s{1,20}(?:and|AND|und|et|y|e)\s{1,20}")
_GENERIC_WORDS = (
    "this the agreement date effective company between exhibit whereas recitals section article dated "
    "parties party collectively together each term state states united as of in on"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
_NO_NAME_WORDS = (
    "agreement agreements attachment exhibit exhibits schedule appendix annex section term terms conditions "
    "wales contract recitals if"
)
_NO_NAME = frozenset(_NO_NAME_WORDS.split())
_MIN_NAME = 2
_TITLE = (
    r"\s{1,8}(?:(?:ARTICLE|SECTION|Article|Section)\s{1,8}[\dIVX]"
    r"|(?:RECITALS?|DEFINITIONS|WITNESSETH|WHEREAS)\b)"
)
_HEADING = re.compile(
    rf"\s*\n|{_TITLE}|\s{{1,8}}(?:(?:Definitions|BACKGROUND|AGREEMENT|TERMS)\b|\d{{1,2}}(?:\.\d{{1,2}})?\.?\s)"
)
_NO_MORE = re.compile(rf"\n[ \t]*\n|{_TITLE}")


def name_at(text: str, at: int, end: int) -> Span | None:
    """The name that begins here, cut before an `and` that joins two."""
    article = _ARTICLE.match(text, at, end)
    found = _NAME.match(text, article.end() if article else at, end)
    if found is None or found.end() - found.start() < _MIN_NAME:
        return None
    name = Span(at if article else found.start(), found.end())
    for joint in _AND.finditer(text, *name):
        left, right = text[name.start : joint.start()], text[joint.end() : name.end]
        if _ENDS_WITH_SUFFIX.search(left) or not SUFFIX_INSIDE.search(right):
            name = Span(name.start, joint.start())
            break
    name = _before_heading(text, name)
    words = re.findall(r"\w+", name.of(text).lower())
    is_blank = bool(words) and _GENERIC.issuperset(words)
    return None if is_blank or not _NO_NAME.isdisjoint(words[:4]) else name


def _before_heading(text: str, name: Span) -> Span:
    """Without the heading of what follows: a name ends at a blank line, one of a company at its suffix."""
    if end := _NO_MORE.search(text, name.start, name.end + 2):
        name = Span(name.start, min(end.start(), name.end))
    for suffix in SUFFIX_INSIDE.finditer(text, *name):
        if _HEADING.match(text, suffix.end(), name.end + 2):
            return Span(name.start, suffix.end())
    return name
