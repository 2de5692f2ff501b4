"""Office files made of the XML under test, part by part."""

import io
import zipfile

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LISTS = "http://schemas.openxmlformats.org/package/2006/relationships"


def zipped(parts: dict[str, str]) -> bytes:
    """The parts in an archive, in the order given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def word(body: str, *, namespace: str = WORD, relations: str = _RELATIONS, **parts: str) -> bytes:
    """A DOCX with this body, and parts by their relationship's name: `styles="<w:style …"`."""
    roots = {"header": "hdr", "footer": "ftr"}
    files = {
        "_rels/.rels": _related(relations, {"officeDocument": "word/document.xml"}),
        "word/document.xml": f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": _related(relations, {name: f"{name}.xml" for name in parts}),
    }
    for name, content in parts.items():
        root = roots.get(name, name)
        files[f"word/{name}.xml"] = f'<w:{root} xmlns:w="{namespace}">{content}</w:{root}>'
    return zipped(files)


def paragraph(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def in_list(text: str, number: int, level: int = 0) -> str:
    """A paragraph that counts in a list."""
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties)


def level(place: int, text: str, style: str = "decimal", more: str = "") -> str:
    """One level of an abstract list; `more` stands before the text, as the schema wants it."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(name: int, *levels: str) -> str:
    """An abstract list."""
    return f'<w:abstractNum w:abstractNumId="{name}">{"".join(levels)}</w:abstractNum>'


def concrete(name: int, of: int, more: str = "") -> str:
    """A list made of an abstract one."""
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def _related(relations: str, targets: dict[str, str]) -> str:
    items = (
        f'<Relationship Id="{name}" Type="{relations}/{name}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'<Relationships xmlns="{_LISTS}">{"".join(items)}</Relationships>'
