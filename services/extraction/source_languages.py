"""The language of a text: by its name, by its first line and, where there is a choice, by what is in it."""

import io
import re
from pathlib import PurePath

from identify import extensions, identify

from services.extraction.source_content import language_within, told_to_editors
from services.extraction.source_types import SOURCE_TYPES

_NAMES = {
    "c#": "csharp",
    "c#script": "csharp",
    "c++": "cpp",
    "cargo-lock": "toml",
    "csh": "bash",
    "geojson": "json",
    "gitconfig": "",
    "jsx": "javascript",
    "makefile": "make",
    "poetry-lock": "toml",
    "pyi": "python",
    "pyz": "python",
    "shell": "bash",
    "terraform": "hcl",
    "ts": "typescript",
    "uv-lock": "toml",
    "zsh": "bash",
}
"""What `identify` calls otherwise."""

LANGUAGES = frozenset(
    {
        "astro",
        "bash",
        "c",
        "cpp",
        "csharp",
        "css",
        "dart",
        "dockerfile",
        "ejs",
        "elixir",
        "erb",
        "go",
        "graphql",
        "haskell",
        "hcl",
    }
    | {
        "java",
        "javascript",
        "json",
        "julia",
        "kotlin",
        "lua",
        "make",
        "markdown",
        "perl",
        "php",
        "powershell",
    }
    | {"proto", "python", "r", "ruby", "rust", "scala", "scss", "solidity", "sql", "svelte", "swift", "toml"}
    | {"tsx", "typescript", "vue", "xml", "yaml", "zig", "cmake", "clojure", "erlang", "fortran", "groovy"}
    | {"meson", "nix", "objective-c", "ocaml", "pascal", "verilog", "vhdl", "vim"}
)
_MORE = {".cts": {"typescript"}, ".gql": {"graphql"}, ".mts": {"typescript"}}
"""Suffixes that `identify` does not know."""

_UNCLEAR = frozenset(("", ".cgi", ".dist", ".in", ".inc", ".sample", ".t", ".template", ".tmpl", ".tpl"))
"""Suffixes, or none, that say nothing of the language."""

_HEAD, _MOST = 16 * 1024, 256 * 1024
_OTHERS = {
    ".h": (("objective-c", r"^[ \t]*(?:@interface|@protocol|@class|#import)\b"),),
    ".m": (
        ("objective-c", r"^[ \t]*(?:@interface|@implementation|@class|@end|#import|#include)\b"),
        ("matlab", r"^[ \t]*(?:function\b|%)"),
    ),
    ".pl": (
        ("perl", r"^[ \t]*(?:use|my|our|sub|package)\s|\A#!.*perl"),
        ("prolog", r"^:-|:-\s*$|^[a-z]\w*\(.*\)\.\s*$"),
    ),
    ".r": (("rebol", r"\A\s*REBOL\s*\["),),
    ".ts": (("xml", r"\A\s*<(?:\?xml|!DOCTYPE)\s"),),
    ".v": (("coq", r"^[ \t]*(?:Theorem|Lemma|Require|Definition|Proof)\b"), ("v", r"^(?:pub\s+)?fn\s+\w+")),
}
_INSTEAD = {
    suffix: [(language, re.compile(mark, re.MULTILINE)) for language, mark in others]
    for suffix, others in _OTHERS.items()
}
"""Suffixes of several languages, and what tells the rarer ones."""

_CALLED = {
    "docker": "dockerfile",
    "golang": "go",
    "gql": "graphql",
    "ipython": "python",
    "ipython3": "python",
    "json5": "json",
    "jsonc": "json",
    "node": "javascript",
    "objc": "objective-c",
    "protobuf": "proto",
    "python2": "python",
    "python3": "python",
    "shellscript": "bash",
    "tex": "latex",
    "tf": "hcl",
    "zsh": "bash",
}
"""What people call a language in listings and notebooks, where it is neither its name nor a suffix."""

_NOTHING = frozenset(("", "code", "default", "none", "output", "plain", "plaintext", "text", "txt"))
_CALLING = re.compile(r"[\s{.]*(?:lang(?:uage)?-)?([A-Za-z][\w+#-]{0,31})")
_CPP = re.compile(
    r"^[ \t]*(?:class\s+\w|namespace\b|template\s*<|using\s+\w|(?:public|private|protected)\s*:)|\bstd::"
    r"|<(?:iostream|string|vector|memory|cstdint)>",
    re.MULTILINE,
)


def language_of(text: str, name: str) -> str:
    """Its name in plain words (`cpp`, `bash`), empty where nobody can tell or where it is prose.

    The name of the file says it; where that leaves a choice, or names nothing, the text does.
    """
    suffix = PurePath(name).suffix.lower()
    found = _of_name(name)
    if not found and text.startswith("#!"):
        found = _of_first_line(text)
    if not found and not (name and suffix in _UNCLEAR):
        return ""
    told = named_language(told_to_editors(text))
    if told in LANGUAGES and (told in found or not found):
        return told
    other = next((language for language, mark in _INSTEAD.get(suffix, ()) if mark.search(text[:_HEAD])), "")
    if other:
        return other
    if found == {"c", "cpp"}:
        return "cpp" if _CPP.search(text[:_MOST]) else "c"
    return min(found) if found else language_within(text)


def media_type_of(language: str) -> str:
    """The type of source code in a language."""
    return _TYPES.get(language, f"text/x-{language}")


def named_language(calling: str) -> str:
    """The language that a listing says it is in (`py`, `{.python}`, `C++ title=…`); empty: it says none."""
    match = _CALLING.match(calling)
    word = match[1].lower() if match else ""
    if word in _NOTHING:
        return ""
    called = _CALLED.get(word) or _NAMES.get(word, word)
    if called not in LANGUAGES:
        tags = {_NAMES.get(tag, tag) for tag in extensions.EXTENSIONS.get(word, ())} & LANGUAGES
        called = min(tags, default=called)
    return called


def _of_name(name: str) -> set[str]:
    tags = identify.tags_from_filename(name) if name else set()
    return {_NAMES.get(tag, tag) for tag in tags} & LANGUAGES or _MORE.get(
        PurePath(name).suffix.lower(), set()
    )


def _of_first_line(text: str) -> set[str]:
    """The interpreter that the first line names."""
    command = identify.parse_shebang(io.BytesIO(text.partition("\n")[0].encode("utf-8", "replace")))
    tags = identify.tags_from_interpreter(command[0]) if command else set()
    return {_NAMES.get(tag, tag) for tag in tags} & LANGUAGES


_TYPES = {min(_of_name(f"a{suffix}"), default=""): SOURCE_TYPES[suffix] for suffix in reversed(SOURCE_TYPES)}
