"""One pass over an HTML tree, without recursion: text gathers until a block begins or ends."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from models.document import BlockKind, Drop, DropReason
from models.errors import NestingLimit
from services.extraction import html_lists
from services.extraction.cleaning import clean_line
from services.extraction.html_inline import Gathering
from services.extraction.html_listings import listed_language
from services.extraction.html_names import BLOCKS, HEADINGS, INVISIBLE, KINDS, LISTS, TERMS
from services.extraction.html_tables import captions_of, grid_of, is_data, strays_of
from services.extraction.inline import Inline, address, joined
from services.extraction.pieces import Piece

_DEEPEST = 6
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Walk:
    """The state of one pass; what is not shown is counted, by kind and length, or kept for the drops."""

    def __init__(self, max_depth: int) -> None:
        self._unseen: Counter[tuple[str, int]] = Counter()
        self._hidden: list[Drop] = []
        self._max_depth = max_depth
        self._language = ""
        self._start_over()

    def pieces(self, root: Any) -> Iterator[Piece]:
        """The visible text in document order. NestingLimit beyond the depth allowed."""
        from lxml import etree  # noqa: PLC0415  only where HTML is read

        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walker:
            if event == "start":
                yield from self._start(element, walker)
            elif event == "end":
                yield from self._end(element)
            else:
                self._leave_out("comment", element.text or "")
            if event != "start" and element is not root:
                self._put(element.tail or "")
        yield from self._flush()

    def drops(self) -> Iterator[Drop]:
        """Hidden text; one drop for each kind of element that is not text, with how much was in them."""
        yield from self._hidden
        for name in dict.fromkeys(name for name, _ in self._unseen):
            sizes = [size for (of, size), count in self._unseen.items() for _ in range(count) if of == name]
            yield Drop(DropReason.MARKUP, f"{name}: {len(sizes)} with {sum(sizes)} characters")

    def _start_over(self) -> None:
        self._open: list[str] = []
        self._gathering = Gathering()
        self._lists: list[html_lists.Counter] = []
        self._labels: list[str] = []

    def _start(self, element: Any, walker: Any) -> Iterator[Piece]:
        tag = _tag(element)
        if tag in BLOCKS:
            yield from self._flush()
        self._open.append(tag)
        if len(self._open) > self._max_depth:
            raise NestingLimit
        if tag in INVISIBLE:
            self._leave_out(tag, "".join(element.itertext()))
            walker.skip_subtree()
        elif _is_hidden(element):
            text = clean_line(" ".join(element.itertext()))
            self._hidden.extend([Drop(DropReason.HIDDEN_TEXT, text)] if text else [])
            walker.skip_subtree()
        elif tag == "table" and is_data(element):
            yield from self._table(element)
            walker.skip_subtree()
        elif tag == "br":
            self._gathering.line()
        else:
            self._enter(element, tag)
            self._put(element.text or "")

    def _enter(self, element: Any, tag: str) -> None:
        if tag in LISTS:
            self._lists.append(html_lists.Counter(element, tag))
        elif tag == "li":
            self._labels.append(self._lists[-1].label(element) if self._lists else "")
        elif tag == "a":
            self._gathering.begin(address(element.get("href") or ""))
        elif tag == "img" and (element.get("alt") or "").strip():
            self._hidden.append(Drop(DropReason.MARKUP, f"picture: {clean_line(element.get('alt'))}"))

    def _end(self, element: Any) -> Iterator[Piece]:
        tag = _tag(element)
        self._language = listed_language(element) if tag == "pre" else ""
        if tag in BLOCKS:
            yield from self._flush()
        self._open.pop()
        if tag in LISTS and self._lists and not _is_hidden(element):
            self._lists.pop()
        elif tag == "li" and self._labels and not _is_hidden(element):
            self._labels.pop()
        elif tag == "a":
            self._gathering.end()

    def _put(self, text: str) -> None:
        self._gathering.put(text, is_kept="pre" in self._open or "textarea" in self._open)

    def _leave_out(self, name: str, text: str) -> None:
        if text.strip():
            self._unseen[name, len(text)] += 1

    def _flush(self) -> Iterator[Piece]:
        inline = self._gathering.take()
        if inline.text.strip():
            yield self._piece(inline if "pre" in self._open else inline.stripped())

    def _piece(self, inline: Inline) -> Piece:
        for tag in reversed(self._open):
            if tag in HEADINGS and "blockquote" not in self._open:
                return _of(inline.collapsed(), BlockKind.HEADING, HEADINGS[tag])
            if tag == "li" or tag in TERMS:
                depth = sum(tag in LISTS for tag in self._open) + (tag == "dd")
                return _of(self._labelled(inline), BlockKind.LIST_ITEM, min(max(depth, 1), _DEEPEST))
            if tag in KINDS:
                return _of(inline, KINDS[tag])._replace(language=self._language if tag == "pre" else "")
        return _of(inline, BlockKind.PARAGRAPH)

    def _labelled(self, inline: Inline) -> Inline:
        """With the numbers of the items that begin here."""
        begun = [label for label in self._labels if label]
        self._labels = [""] * len(self._labels)
        if begun and html_lists.says_itself(inline.text, begun[-1]):
            begun.pop()
        return inline.after("".join(f"{label} " for label in begun))

    def _table(self, table: Any) -> Iterator[Piece]:
        for stray in strays_of(table):
            yield Piece(stray)
        for caption in captions_of(table):
            yield _of(self._flat(caption), BlockKind.CAPTION)
        yield Piece("", BlockKind.TABLE, grid=grid_of(table, self._flat))

    def _flat(self, element: Any) -> Inline:
        """What is visible in the element as one line; lists in it have their numbers."""
        kept = self._open, self._gathering, self._lists, self._labels
        self._start_over()
        parts = [Inline(piece.text, piece.reaches).collapsed() for piece in self.pieces(element)]
        self._open, self._gathering, self._lists, self._labels = kept
        return joined(parts, " ")


def _of(inline: Inline, kind: BlockKind, level: int = 0) -> Piece:
    return Piece(inline.text, kind, level, reaches=inline.reaches)


def _tag(element: Any) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
