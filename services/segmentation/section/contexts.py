"""What is sent in front of a chunk of a section: the sections around it and the sentences it goes on from."""

from models.document import Document, Heading
from models.outline import Outline, titled
from models.span import Span
from services.segmentation.contexts import Contexts, Spans
from services.segmentation.section.wording import leads_in, wording
from services.segmentation.tools import Tools

LONGEST = 400
"""Code points of a wording that is a lead-in as a whole; of a longer one it is the last sentence."""


class SectionContexts(Contexts):
    """`Article II The Lease › 2.3 Rent`, and `The Tenant shall:` in front of what the Tenant shall do."""

    def __init__(
        self, document: Document, outline: Outline, tools: Tools, max_tokens: int, *, wanted: bool
    ) -> None:
        super().__init__(document, tools.tokenizer, max_tokens, wanted=wanted)
        self._outline = outline
        self._sentences = tools.sentences
        self._own: dict[int, Span | None] = {}
        self._headings: list[tuple[Heading, ...]] = []
        for node in outline.nodes:
            above = () if node.parent is None else self._headings[node.parent]
            self._headings.append((*above, Heading(node.span, node.level, titled(node, document.text))))

    def path(self, offset: int) -> tuple[Heading, ...]:
        """The sections around the offset, one that starts there included."""
        index = self._outline.at(offset)
        return () if index is None else self._headings[index]

    def lead_ins(self, offset: int) -> Spans:
        """The last sentence of the wording of each section around, where that ends in a colon or a dash."""
        leading = (self._lead_in(index) for index in self._outline.around(offset))
        return tuple(span for span in leading if span and span.end <= offset)

    def _lead_in(self, index: int) -> Span | None:
        if index not in self._own:
            self._own[index] = self._found(index)
        return self._own[index]

    def _found(self, index: int) -> Span | None:
        text = self._document.text
        span = wording(text, self._outline, index)
        if not self._outline.children(index) or not leads_in(text, span):
            return None
        if span.end - span.start <= LONGEST:
            return span
        tail = Span(span.end - LONGEST, span.end).trimmed(text)
        return (self._sentences(text, tail) or [tail])[-1]
