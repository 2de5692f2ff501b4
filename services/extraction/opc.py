"""Open Packaging Conventions (ISO/IEC 29500-2): the parts of an Office file and what relates them."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote

from models.errors import CorruptDocument
from models.limits import Limits
from services.extraction.archive import DAMAGED, check_archive
from services.extraction.xml_tree import parse_xml

_TRANSITIONAL = "http://schemas.openxmlformats.org"
_STRICT = "http://purl.oclc.org/ooxml"
_NAMESPACES = {
    f"{_STRICT}/wordprocessingml/main": f"{_TRANSITIONAL}/wordprocessingml/2006/main",
    f"{_STRICT}/officeDocument/math": f"{_TRANSITIONAL}/officeDocument/2006/math",
    f"{_STRICT}/officeDocument/relationships": f"{_TRANSITIONAL}/officeDocument/2006/relationships",
    f"{_STRICT}/drawingml/wordprocessingDrawing": f"{_TRANSITIONAL}/drawingml/2006/wordprocessingDrawing",
}


class Relation(NamedTuple):
    """`kind` is the last step of the relationship's type; `target` a part's name, or an address outside."""

    id: str
    kind: str
    target: str
    is_external: bool


class Package:
    """Parts by name, without a slash in front. The errors of `check_archive`."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.names = check_archive(data, limits)
        self._archive = zipfile.ZipFile(BytesIO(data))

    def read(self, name: str) -> bytes:
        """The bytes of a part, at most as many as the archive declares; CorruptDocument."""
        try:
            return self._archive.read(name)
        except (*DAMAGED, KeyError, zlib.error) as error:
            raise CorruptDocument(f"The part {name[:100]} cannot be unpacked.") from error

    def xml(self, name: str) -> Any:
        """The part's root, in the transitional namespaces whichever the file uses. A DTD is refused."""
        root = parse_xml(self.read(name), f"part {name[:100]}")
        if root.getroottree().docinfo.doctype:
            raise CorruptDocument(f"The part {name[:100]} has a document type, which Office files may not.")
        if any(value.startswith(_STRICT) for value in root.nsmap.values()):
            _translate(root)
        return root

    def relations(self, part: str = "") -> Iterator[Relation]:
        """What a part (or the package itself) relates to, in the order of the file."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if listed not in self.names:
            return
        for element in self.xml(listed):
            target = element.get("Target") or ""
            is_external = element.get("TargetMode") == "External"
            if not is_external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            kind = (element.get("Type") or "").rpartition("/")[2]
            yield Relation(element.get("Id") or "", kind, target, is_external)


def _translate(root: Any) -> None:
    """Names of the Strict variant become those of the Transitional one, in place."""
    for element in root.iter("*"):
        element.tag = _translated(element.tag)
        for name in element.attrib:
            new = _translated(name)
            if new != name:
                element.set(new, element.attrib.pop(name))


def _translated(name: str) -> str:
    namespace, _, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    return f"{{{_NAMESPACES[namespace]}}}{local}" if namespace in _NAMESPACES else name
