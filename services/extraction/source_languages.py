"""The language of a text: by its name, by its first line and, where there is a choice, by what is in it."""

import io
import re

from identify import extensions, identify

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
    r"^\s*(?:class\s+\w|namespace\b|template\s*<|using\s+\w|(?:public|private|protected)\s*:)|\bstd::|<(?:iostream|"
    r"string|vector|memory|cstdint)>",
    re.MULTILINE,
)


def language_of(text: str, name: str) -> str:
    """Its name in plain words (`cpp`, `bash`), empty where nobody can tell or where it is prose."""
    tags = identify.tags_from_filename(name) if name else set()
    found = {_NAMES.get(tag, tag) for tag in tags} & LANGUAGES
    if not found and text.startswith("#!"):
        found = _of_first_line(text)
    if found == {"c", "cpp"}:
        return "cpp" if _CPP.search(text) else "c"
    return min(found) if found else ""


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


def _of_first_line(text: str) -> set[str]:
    """The interpreter that the first line names."""
    command = identify.parse_shebang(io.BytesIO(text.partition("\n")[0].encode("utf-8", "replace")))
    tags = identify.tags_from_interpreter(command[0]) if command else set()
    return {_NAMES.get(tag, tag) for tag in tags} & LANGUAGES
