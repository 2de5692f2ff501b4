"""Document to chunks: the strategy says where cuts are good, the optimizer packs, cuts become chunks."""

from models.chunk import Chunk
from models.document import Document
from models.options import ChunkingOptions
from services.segmentation.contexts import Contexts
from services.segmentation.cutting import Cutter
from services.segmentation.describing import described
from services.segmentation.linking import linked
from services.segmentation.plan import Plan
from services.segmentation.registry import plan_of
from services.segmentation.tools import Tools


def segment(document: Document, options: ChunkingOptions, tools: Tools) -> list[Chunk]:
    """Chunks in the order of the text that obey every law; none for a document without text."""
    made = plan_of(options.name)(document, options, tools)
    plan = made if isinstance(made, Plan) else Plan(made)
    contexts = plan.contexts or Contexts(
        document, tools.tokenizer, options.max_tokens, wanted=options.heading_context
    )
    cutter = Cutter(document, options, tools, contexts)
    cuts = [cut for flow in plan.flows if flow for cut in cutter.cuts(flow)]
    chunks = described(document, sorted(cuts, key=lambda cut: cut.spans), contexts, options, plan.notes)
    return linked(chunks, plan.links) if plan.links else chunks
