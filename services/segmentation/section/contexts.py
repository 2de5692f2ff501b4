"""What is sent in front of a chunk of a section: the sections around it and the sentences it goes on from."""

from models.document import Document, Heading
from models.outline import Outline, titled
from models.span import Span
from services.segmentation.contexts import Contexts, Spans
from services.segmentation.section.wording import leads_in, wording
from services.segmentation.tools import Tools


class SectionContexts(Contexts):
    """`Article II The Lease › 2.3 Rent`, and `The Tenant shall:` in front of what the Tenant shall do."""

    def __init__(
        self, document: Document, outline: Outline, tools: Tools, max_tokens: int, *, wanted: bool
    ) -> None:
        super().__init__(document, tools.tokenizer, max_tokens, wanted=wanted)
        self._outline = outline
        self._sentences = tools.sentences
        self._known: dict[int, Span | None] = {}

    def path(self, offset: int) -> tuple[Heading, ...]:
        """The sections around the offset, one that starts there included."""
        nodes, text = self._outline.nodes, self._document.text
        around = (nodes[i] for i in self._outline.around(offset))
        return tuple(Heading(node.span, node.level, titled(node, text)) for node in around)

    def lead_ins(self, offset: int) -> Spans:
        """The last sentence of the wording of each section around, where that ends in a colon or a dash."""
        found = (self._lead_in(i) for i in self._outline.around(offset))
        return tuple(span for span in found if span is not None and span.end <= offset)

    def _lead_in(self, index: int) -> Span | None:
        if index not in self._known:
            self._known[index] = self._found(index)
        return self._known[index]

    def _found(self, index: int) -> Span | None:
        text = self._document.text
        span = wording(text, self._outline, index)
        if not self._outline.children(index) or not leads_in(text, span):
            return None
        return (self._sentences(text, span) or [span])[-1]
