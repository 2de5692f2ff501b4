"""The language of listed code in HTML, as highlighters note it in class names."""

import re
from typing import Any

from services.extraction.source_languages import named_language

_NOTED = re.compile(
    r"(?:^|\s)(?:language-|lang-|highlight-(?:source-|text-)?|brush:\s*|sourceCode\s+)([A-Za-z][\w+#-]*)"
)


def listed_language(pre: Any) -> str:
    """That of a `pre` element, said by it, by the `code` in it or by what is right around it; else empty."""
    around = [pre.getparent()]
    around += [around[0].getparent()] if around[0] is not None else []
    for element in (pre, pre.find("code"), *around):
        noted = _NOTED.search(element.get("class") or "") if element is not None else None
        language = named_language(noted[1]) if noted else ""
        if language:
            return language
    return ""
