"""The words that give a term its meaning, in six languages."""

import re

CONNECTED = re.compile(
    r"\s{0,3}(?:,|/|,?\s{0,3}\b(?:and/or|and|or|und|oder|et|ou|y|o|e)\b)?\s{0,3}(?:the\s)?\Z"
)
"""Between two quoted terms that share their meaning."""

REFERRED = re.compile(
    r"(?i)\s{0,3}(?:\([^()\n]{0,80}\)\s?)?,?\s{0,3}(?:shall\s|will\s)?(?:each\s)?"
    r"(?:ha(?:s|ve)\s(?:the\s(?:respective\s)?(?:same\s)?|such\s)?meanings?|(?:is|are)\s(?:\w+\s)?defined|"
    r"hat\sdie\sBedeutung|haben\sdie\sBedeutung|a\sle\ssens|ont\sle\ssens|tendrá\sel\ssignificado|"
    r"tiene\sel\ssignificado|ha\sil\ssignificato|tem\so\ssignificado|terá\so\ssignificado)\b"
)
"""After a term that is explained elsewhere."""

MEANS = re.compile(
    r"(?i)\s{0,3}(?:\([^()\n]{0,80}\)\s?)?,?\s{0,3}(?:(?:when|as)\sused\s[^,\n]{0,60},\s)?"
    r"(?:shall\s|will\s|does\s|may\s)?(?:also\s|each\s|only\s|collectively\s)?"
    r"(?:means?|mean\sand\sinclude|refers?\sto|includes?|denotes?|signif(?:y|ies)|bedeute[nt]|"
    r"bezeichne[nt]|"
    r"désigne(?:nt)?|signifie(?:nt)?|s['’]entend(?:ent)?|significar?á?n?|designar?á?n?|se\sentender?á?|"
    r"indicano?|significano?|si\sintend(?:e|ono)|entende-se)\b"
)
"""After a term that is explained right there."""

TITLED = re.compile(r"\s{0,2}(?::|—|–|-\s)")
"""After a quoted term that opens a line."""

LINE_OPENS = re.compile(r"(?:\A|\n)[ \t]{0,40}(?:\(?\w{1,5}[.)]\s{1,8})?\Z")
"""Before a term that stands first in its line, but for a number."""

BEFORE_MEANING = re.compile(
    r"(?i)(?:on\sentend\spar|se\sentender?á\spor|se\sentiende\spor|entende-se\spor|si\sintende\sper|"
    r"im\sSinne\s[^.\n]{0,40}\sist|per)\s{1,3}(?:le\s|la\s|el\s|o\s|a\s)?\Z"
)
"""Before a term that is explained after it: `on entend par « …`."""

CALLED = re.compile(
    r"(?i)(?:(?:referred\sto|known|called|designated|defined|described|identified|cited)"
    r"(?:\s(?:collectively|individually|jointly|together|herein|hereinafter|hereafter|below|in\sthis\s\w+|"
    r"respectively|sometimes|interchangeably|indistinctly|jointly\sand\sseverally),?){0,3}\s(?:either\s)?as"
    r"|\b(?:hereinafter|hereafter|herein)(?:\scalled|\sdesignated|,)?"
    r"|\b(?:called|collectively|individually|jointly|together)(?:\sthe\sparties)?,?"
    r"|\b(?:nachfolgend|nachstehend|im\sfolgenden|fortan|kurz)(?:\s(?:auch|kurz|gemeinsam|als))?:?"
    r"|\bci-après,?(?:\s(?:dénommée?s?|désignée?s?|appelée?s?|collectivement|ensemble|"
    r"individuellement)){0,2}|\b(?:en\sadelante|en\slo\ssucesivo)(?:,?\s(?:denominad[oa]s?|conjuntamente|"
    r"referid[oa]s?\scomo)){0,2},?:?"
    r"|\b(?:di\sseguito|in\sseguito|d['’]ora\sin\savanti|nel\sseguito)(?:,?\s(?:anche|denominat[oaie]|"
    r"indicat[oaie]|congiuntamente|solo)){0,3},?:?"
    r"|\b(?:doravante|adiante|de\sora\sem\sdiante)(?:,?\s(?:denominad[oa]s?|designad[oa]s?|simplesmente|"
    r"apenas|conjuntamente|referid[oa]s?\scomo)){0,3},?:?)"
    r"\s{0,3}(?:as\s)?(?:the|an?|each,?|each,?\san?|der|die|das|den|le|la|les|l['’]|el|los|las|il|lo|i|"
    r"gli|o|os|as)?\s{0,3}\Z"
)
"""Before a shorthand: `hereinafter referred to as the “`."""

_CALLING_WORDS = (
    "referred known called designated defined described identified cited herein hereafter collectively "
    "individually jointly together nachfolgend nachstehend folgenden fortan kurz ci-après adelante sucesivo "
    "seguito avanti doravante diante"
)
CALLING = tuple(_CALLING_WORDS.split())
"""One of these is in all that CALLED finds; letters are looked for faster."""

WEAKLY_CALLED = re.compile(r"(?i)called|known|described|identified")
"""What names in passing as well: a term in lower case needs more."""

_INTRODUCING_WORDS = (
    "the a an this each such any or and as collectively together individually jointly respectively der "
    "die das le la les l’ l' el los las il lo i gli o os"
)
INTRODUCING = frozenset(_INTRODUCING_WORDS.split())
"""Last word between a bracket and a shorthand: `(the “`, `(together with its Affiliates, the “`."""

NOT_A_SHORTHAND = re.compile(
    r"(?i)(?:see|quot(?:ing|ed)|citing|cited|emphasis|e\.g|i\.e|holding|stating|noting|finding|under|"
    r"titled|entitled|including|such\sas|marked)\b"
)
"""How a bracket begins whose quotation is one, and no shorthand."""

BARE_MEANS = re.compile(r"[ \t](?:shall\s|will\s)?(?:means?\b|have\sthe\smeaning|has\sthe\smeaning)")
BARE_TERM = re.compile(
    r"(?:\A|\n)[ \t]{0,40}(?:\(?\w{1,5}[.)]\s{1,8}|\d[\d.]{0,8}\s{1,8})?"
    r"(?P<term>[A-Z][\w&’'/-]{0,30}(?:[ ](?:of|and|the|or|for|to|in|[A-Z0-9][\w&’'/-]{0,30})){0,7})\Z"
)
"""A capitalised term that opens its line, without marks."""

BARE_SHORTHAND = re.compile(
    r"\((?:(?:collectively|together|each|individually|hereinafter|jointly),?\s(?:an?\s|the\s)?|the\s|"
    r"this\s)(?P<term>[A-Z][\w&’'/-]{1,30}(?:[ ][A-Z][\w&’'/-]{0,30}){0,5})\)"
)
"""`(the Effective Date)`, as texts have it that lost their quotation marks."""
