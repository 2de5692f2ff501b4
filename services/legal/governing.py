"""The law that a contract chooses."""

import re
from collections.abc import Iterator

from models.legal import GoverningLaw
from models.span import Span
from services.legal.near import near

_REACH = 420
"""How far the sentence may reach to either side of the word for law."""

_LAW = re.compile(
    r"\b(?:[Ll]aws?|LAWS?|[Rr]echts?|[Dd]roit|lois?|[Ll]ey(?:es)?|[Ll]egge|leggi|[Ll]egislazione|"
    r"[Ll]eis?)\b"
)
_LAW_SIGN_WORDS = "law Law LAW echt roit loi ley Ley egge eggi egislazione lei Lei"
_LAW_SIGNS = tuple(_LAW_SIGN_WORDS.split())
_VERB = re.compile(
    r"(?i)\b(?:govern(?:ed|s)?|constru(?:ed|ction)|interpret(?:ed|ation)|controlled|enforced|regulated|"
    r"(?:laws?|recht)\s[^.]{0,120}(?:shall|will|must)\s(?:apply|govern|control)|subject\sto|"
    r"appl(?:y|ies|icable)|unterlieg\w+|gilt|régie?s?|soumise?s?|rig[ea]\w*|regir\w+|somet\w+|regolat\w+|"
    r"disciplinat\w+|regid\w+|regulad\w+)\b"
)
_STRONG = re.compile(
    r"(?i)\b(?:govern(?:ed|s)?|applied\sin\saccordance|applies|construed|interpreted|controlled|enforced|"
    r"unterlieg\w+|régie?s?|regir\w+|regid\w+|regolat\w+|(?:shall|will)\s(?:apply|govern|control))\b"
)
_SUBJECT = re.compile(
    r"(?i)\b(?:(?:this|the|these|such|any|each|that)\s[^.;]{0,90}?(?:agreements?|contracts?|lease|deed|"
    r"note|terms|plan|"
    r"guarantee|guaranty|document|letter|amendment|addendum|license|licence|bond|option|warrant|statement|"
    r"order|relationship|rights?|validity|interpretation|construction|performance|dispute|matters?)|"
    r"(?:agreements?|contracts?|warrant|letter|option|lease|governing\slaw|applicable\slaw|"
    r"choice\sof\slaw)|it\s|"
    r"vertrag\w*|vereinbarung\w*|contrat|accord|contrato|acuerdo|contratto|accordo|acordo)"
)
_PLACE = re.compile(
    r"(?i:\s{1,30}(?:(?:as\s)?(?:in\sforce|applicable|prevailing|then\sin\seffect|and\sregulations|"
    r"and\sjurisdiction|"
    r"and\scourts)\s[^.;]{0,20}?)?(?:of|in|from|der|des|de|du|di|del|della|do|da)\s{1,30})"
    r"(?P<place>(?i:(?:the|la|le|el|l['’]|der)\s{0,30})?(?i:(?:internal|domestic|substantive|local|"
    r"sovereign)\s)?"
    r"(?:(?i:(?:then\s)?(?:state|commonwealth|province|republic|kingdom|country|people|federal|district|"
    r"special|united)\b)[^.;,()]{0,8}?\s?)?"
    r"[A-Z\[*][\w.&\]*-]{0,30}(?:(?:[\s-]{1,30}|,\s)(?:(?i:of|and|the|de|del|"
    r"di)\s{1,30}){0,3}[A-Z][\w.&-]{0,30}){0,6})"
)
_OWN = re.compile(
    r"(?:(?P<place>[A-Z][\w.]{1,20}(?:\s(?:and\s)?[A-Z][\w.]{1,20}){0,4})(?:\s(?i:state|federal|common|"
    r"internal))?|(?i:\b(?P<european>deutsche[sm]?|österreichische[sm]?|schweizerische[sm]?)))\s\Z"
)
_ADJECTIVE = re.compile(
    r"\s(?P<place>français|belge|suisse|luxembourgeois|italian[oa]|español[ae]?s?|portugues[ae]s?|"
    r"brasileir[oa]s?|mexican[oa]s?|argentin[oa]s?)\b"
)
_NO_PLACE_WORDS = (
    "Applicable All Any Such Other Governing Choice This The Uniform Data Privacy Securities Tax Export "
    "Patent Labor"
)
_NO_PLACE = frozenset(_NO_PLACE_WORDS.split())
_FULL_STOP = re.compile(r"(?:[^\W_]{2}|\])\.\Z")
_STOP = re.compile(r"\.\s{1,20}(?=[A-Z(“\"\d])|\n\s*\n\s*(?=[A-Z(“\"\d])|;\s|\.\Z|(?<=[a-z])\.(?=\n)")


def governing_laws(text: str) -> Iterator[GoverningLaw]:
    """Sentences that put a contract under the law of a place, in order. Linear: none is read twice."""
    end = 0
    for law in near(_LAW, text, _LAW_SIGNS, 8, 24):
        if law.start() < end:
            continue
        sentence = _sentence(text, law, end)
        end = sentence.end
        wording = sentence.of(text)
        if not (_VERB.search(wording) and _SUBJECT.search(wording)):
            continue
        strong = bool(_STRONG.search(wording))
        laws = _LAW.finditer(text, law.start(), end)
        if place := next(filter(None, (_place(text, one, sentence, strong=strong) for one in laws)), None):
            yield GoverningLaw(sentence, place)


def _sentence(text: str, law: re.Match[str], after: int) -> Span:
    start = max(after, law.start() - _REACH)
    for stop in _STOP.finditer(text, start, law.start()):
        start = stop.end()
    stop_after = _STOP.search(text, law.end(), law.end() + _REACH)
    end = stop_after.start() + 1 if stop_after else min(len(text), law.end() + _REACH)
    return Span(start, end).trimmed(text)


def _place(text: str, law: re.Match[str], sentence: Span, *, strong: bool) -> Span | None:
    """The words that name the place; `Delaware law` only where the sentence leaves no doubt."""
    if found := _PLACE.match(text, law.end(), sentence.end):
        place = Span(*found.span("place")).trimmed(text)
        is_stop = _FULL_STOP.search(text, *place)
        return (Span(place.start, place.end - 1) if is_stop else place) if strong else None
    if adjective := _ADJECTIVE.match(text, law.end()):
        return Span(*adjective.span("place"))
    if own := _OWN.search(text, max(sentence.start, law.start() - 80), law.start()):
        name = "european" if own["european"] else "place"
        if own[name].split()[0] in _NO_PLACE:
            return None
        return Span(*own.span(name)) if strong or name == "european" else None
    return None
