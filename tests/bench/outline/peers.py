"""What other tools make of the same texts, of requirements-peers.txt; each is loaded when asked for."""

# mypy: ignore-errors

import re
import tempfile
from pathlib import Path

from models.document import Document
from models.outline import NodeKind, Outline
from services.outline.outline import outline_of
from services.outline.tree import Found, tree_of

_PER_LEVEL = 100
_LINE = re.compile(r"[^\n]*")


def dedoc(document: Document) -> Outline:
    """Its reader of plain text and its default structure: headings and items of lists by their two levels."""
    from dedoc.readers import RawTextReader
    from dedoc.structure_extractors import DefaultStructureExtractor

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_text(document.text, encoding="utf-8")
        read = RawTextReader().read(str(path))
    found, start = [], 0
    for line in DefaultStructureExtractor().extract(read).lines:
        level = line.metadata.hierarchy_level
        if level.level_1 is not None and level.line_type != "raw_text":
            depth = level.level_1 * _PER_LEVEL + level.level_2
            found.append(Found(document.text.index(line.line.strip(), start), depth, NodeKind.HEADING))
        start += len(line.line)
    return tree_of(found, document.text, len(document.text))


def docling_levels(document: Document) -> Outline:
    """The parts that ours finds, with the levels that docling infers from their first lines."""
    from docling.datamodel.pipeline_options import HeadingHierarchyOptions
    from docling.models.stages.heading_hierarchy.heading_hierarchy_model import HeadingHierarchyModel
    from docling_core.types.doc import DoclingDocument

    starts = [node.span.start for node in outline_of(document).nodes]
    told = DoclingDocument(name="text")
    for start in starts:
        told.add_heading(text=_LINE.match(document.text, start).group(), level=1)
    HeadingHierarchyModel(HeadingHierarchyOptions(enabled=True)).assign_heading_levels(told)
    found = [
        Found(start, heading.level, NodeKind.HEADING)
        for start, heading in zip(starts, told.texts, strict=True)
    ]
    return tree_of(found, document.text, len(document.text))


PEERS = {"dedoc": dedoc, "levels by docling": docling_levels}
