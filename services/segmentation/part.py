"""A part of a document, or all of it, as one strategy has planned it."""

from collections.abc import Sequence
from typing import NamedTuple

from models.options import ChunkingOptions
from services.segmentation.contexts import Contexts
from services.segmentation.plan import Flow, Links, Notes


class Part(NamedTuple):
    """Flows of one strategy, and what it says of the chunks made of them; `because`: why it was chosen."""

    options: ChunkingOptions
    flows: Sequence[Flow]
    contexts: Contexts
    notes: Notes | None = None
    links: Links | None = None
    because: str = ""
