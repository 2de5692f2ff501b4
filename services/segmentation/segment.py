"""Document to chunks: strategies say where cuts are good, the optimizer packs, cuts become chunks."""

from models.chunk import Chunk
from models.document import Document
from models.options import ChunkingOptions
from services.segmentation.cutting import Cutter
from services.segmentation.describing import described
from services.segmentation.linking import linked
from services.segmentation.parts import parts_of
from services.segmentation.tools import Tools


def segment(document: Document, options: ChunkingOptions, tools: Tools) -> list[Chunk]:
    """Chunks in the order of the text that obey every law; none for a document without text."""
    cuts = [
        cut
        for part in parts_of(document, options, tools)
        for flow in part.flows
        if flow
        for cut in Cutter(document, part, tools).cuts(flow)
    ]
    cuts.sort(key=lambda cut: cut.spans)
    return linked(described(document, cuts), cuts)
