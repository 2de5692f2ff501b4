"""In which language a cell of a notebook is: its kernel's, or what its first line says."""

import re
from collections.abc import Mapping
from typing import Any

from services.extraction.source_languages import LANGUAGES, language_of, named_language

_USUAL = "python"
_MAGIC = re.compile(r"\s*(%%?)([A-Za-z]\w*)[ \t]*(.*)")
_KERNEL = re.compile(r"[-_ .\d]+$")
_MAGICS = {
    "bigquery": "sql",
    "cu": "cpp",
    "cython": "python",
    "latex": "latex",
    "pypy": "python",
    "svg": "xml",
}
"""What is no language's name."""
_KERNELS = {
    "ir": "r",
    "irkernel": "r",
    "ijavascript": "javascript",
    "itypescript": "typescript",
    "xcpp": "cpp",
}
_INTO_A_FILE = frozenset(("file", "writefile"))
_OF_CELLS = (
    ("vscode", "languageId"),
    ("dotnet_interactive", "language"),
    ("polyglot_notebook", "kernelName"),
    ("kernel", None),
)
"""Where editors of notebooks in several languages say that of a cell."""


def notebook_language(notebook: Mapping[str, Any]) -> str:
    """The language of the kernel; Python where no kernel is named."""
    metadata = _object(notebook.get("metadata"))
    kernel, info = _object(metadata.get("kernelspec")), _object(metadata.get("language_info"))
    named = (kernel.get("language"), info.get("name"), kernel.get("name"))
    return next(filter(None, map(_named, named)), _USUAL)


def cell_language(source: str, cell: Mapping[str, Any], usual: str) -> str:
    """The language that the cell's magic or its metadata names, else the usual one."""
    metadata = _object(cell.get("metadata"))
    said = [_object(metadata.get(name)).get(key) if key else metadata.get(name) for name, key in _OF_CELLS]
    of_cell = next(filter(None, map(_named, (*said, cell.get("language")))), usual)
    magic = _MAGIC.match(source)
    return (_of_magic(magic) if magic else "") or of_cell


def _of_magic(magic: re.Match[str]) -> str:
    """`%%bash`, `%%script perl`, `%%writefile a.py`; with one sign if nothing follows it."""
    sign, word, more = magic[1], magic[2], magic[3].split()
    if sign == "%" and more:
        return ""
    if word in _INTO_A_FILE:
        return language_of("", more[-1]) if more else ""
    if word == "script":
        return _known(_named(more[0].rpartition("/")[2])) if more else ""
    return _MAGICS.get(word.lower()) or _known(named_language(word))


def _known(language: str) -> str:
    return language if language in LANGUAGES or language == "html" else ""


def _named(calling: Any) -> str:
    """A language or a kernel by its name: `python3`, `julia-1.9`, `ir`."""
    if not isinstance(calling, str):
        return ""
    bare = _KERNEL.sub("", calling[:64].lower())
    return _KERNELS.get(bare) or named_language(bare)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
