"""Names of laws, and whether a reference is to one of them."""

import re

from models.span import Span

_KIND = (
    r"(?:Act|ACT|Code|CODE|Constitution|Laws?|Statutes?|Treaty|Convention|Charter|Ordinance|Amendments?|"
    r"Resolution|Regulations?|Rules?|Directive|Protocol|Order|Proclamation|Register|Guidelines)\b"
)
_WORD = r"[A-Z0-9][\w.’'&–-]{0,30},?"
_LINK = r"(?:(?:of|and|for|the|to|in|on|or|by|with|from|against|as)\s){0,3}"
_NAMED = (
    rf"(?:{_WORD}\s{{1,3}}{_LINK}){{0,14}}?(?<!\w){_KIND}(?:\s(?:Act|Code|Law|Order)\b)?"
    r"(?:\s(?:of|for\sFiscal\sYear)\s\d{4})?"
)
_NUMBER = r"\d[\w–-]{0,12}(?:\.\d[\w–-]{0,8}){0,3}"
_FOREIGN = (
    r"(?:[Cc]ode(?:\sde(?:s|\sla|\sl['’])?)?\s?[\w’']{2,30}(?:\s(?:pénale?|civile?|administratives?))?|"
    r"Codice\s\w+|codice\s\w+|Código\s\w+|código\s\w+|Constitution|Costituzione|Constitución|"
    r"Constituição|(?:la\s)?(?:loi|Loi|legge|Legge|ley|Ley|lei|Lei)\b(?:\s(?:n[.°ºo]{1,3}|Orgánica|"
    r"Complementar))?\s?[\w./-]{0,20})"
)
EXTERNAL = re.compile(
    rf",?\s{{1,3}}(?:of|under|in|to|and)\s{{1,3}}(?:the\s{{1,3}}|such\s{{1,3}}|that\s{{1,3}}|"
    rf"said\s{{1,3}})?(?:[Tt]itle\s{_NUMBER}(?:,\s(?:of\sthe\s)?(?:United\sStates\sCode|U\.S\.C\.|"
    rf"Code\sof\sFederal\sRegulations))?|{_NAMED}|Public\sLaw\s{_NUMBER}|[a-z]{{0,12}}\s?(?<!this\s)Act\b)"
    rf"|,?\s{{1,3}}(?:du|de\sla|de\sl['’]|des|del|della|dello|do|da|of)\s{{0,3}}{_FOREIGN}"
    rf"|,?\s{{1,3}}(?:BGB|StGB|HGB|ZPO|StPO|GG|AO|EStG|UStG|AktG|GmbHG|InsO|UrhG|UWG|DSGVO|GDPR|BDSG|KWG|"
    rf"OR|ZGB|ABGB|c\.\s?c\.|c\.\s?p\.(?:\s?c\.)?|Cost\.|TFEU|TEU|AEUV|EGV)(?!\w)|,\s{_NAMED}"
)
"""After the number of a reference: the law that it is in, when it is not this one."""

_CONTRACT = (
    r"(?:[A-Z][\w&’'-]{0,30},?\s{1,3}(?:(?:and|of|for)\s{1,3})?){0,10}(?:Agreement|Contract|Lease|Indenture|Plan|Note|Deed|Policy|Certificate|"
    r"Bylaws|Charter|Letter|Memorandum|Terms)\b"
)
CONTRACT = re.compile(
    rf",?\s{{1,3}}(?:of|under|in|to)\s{{1,3}}(?:the|that\scertain|such)\s{{1,3}}(?P<name>{_CONTRACT}|[A-Z]{{2,6}}\b)"
)
_OWN = re.compile(rf"[Tt](?<!\w.)(?:his|HIS)\s{{1,3}}(?P<name>{_CONTRACT})")

THIS = re.compile(r"(?i),?\s{1,3}(?:of|in|to|under)\s(?:this|the\spresent)\s(?P<kind>\w+)")


def external_law(text: str, end: int) -> Span | None:
    """The law that follows a reference which ends there: ` of title 5, United States Code`."""
    if THIS.match(text, end):
        return None
    found = EXTERNAL.match(text, end, end + 400)
    return Span(*found.span()) if found else None


def own_names(text: str) -> frozenset[str]:
    """What a contract calls itself: `this Lease Agreement`; the last word alone as well."""
    names = {" ".join(found["name"].split()).lower() for found in _OWN.finditer(text)}
    return frozenset(names | {name.rpartition(" ")[2] for name in names} | {"agreement", "contract"})


def other_contract(text: str, end: int, own: frozenset[str]) -> Span | None:
    """The other contract that follows a reference which ends there: ` of the Merger Agreement`."""
    found = CONTRACT.match(text, end, end + 300)
    return Span(*found.span()) if found and " ".join(found["name"].split()).lower() not in own else None
