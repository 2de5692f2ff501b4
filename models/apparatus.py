"""What points from one place to another, and what is shown without words: links, bookmarks, pictures."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from models.geometry import Box
from models.span import Span


class LinkKind(StrEnum):
    """What the two ends of a link are to each other."""

    CAPTION = "caption"
    FOOTNOTE = "footnote"


class Link(NamedTuple):
    """From a caption to its figure or table, from a footnote's mark to the footnote.

    A figure without text has an empty `target`, where the figure stands in the text; `page` and `box` say
    where it is drawn.
    """

    kind: LinkKind
    source: Span
    target: Span
    page: int | None = None
    box: Box | None = None


class Picture(NamedTuple):
    """A figure without text: the place in the text where it stands, and where it is drawn."""

    at: int
    page: int
    box: Box


class Hyperlink(NamedTuple):
    """Words that lead to a `uri`, or to a page of the document.

    `box` is the area of the page that can be clicked; text without pages has none. A `uri` that begins with
    `#` is a place in the same document.
    """

    span: Span
    page: int | None
    box: Box | None
    uri: str = ""
    target_page: int | None = None


class LookKind(StrEnum):
    """How characters are set where they are not plain; `symbols`: in a font of formulas."""

    BOLD = "bold"
    ITALIC = "italic"
    FIXED = "fixed"
    SYMBOLS = "symbols"
    RAISED = "raised"
    LOWERED = "lowered"


class Look(NamedTuple):
    """So much of the text is set like that; of one kind no two touch."""

    kind: LookKind
    span: Span


class Division(NamedTuple):
    """A part of the document as the file nests it: where it begins, how deep, what the file calls it."""

    at: int
    depth: int
    name: str
    label: Span | None = None
    heading: Span | None = None


class Bookmark(NamedTuple):
    """An entry of the file's own outline: depth from 1, wording, page from 1."""

    level: int
    title: str
    page: int


class Attachment(NamedTuple):
    """A file inside the file: listed, never opened. `size` in bytes, where the file says it."""

    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Apparatus:
    """All that points, in the order of the text."""

    links: tuple[Link, ...] = ()
    hyperlinks: tuple[Hyperlink, ...] = ()
    outline: tuple[Bookmark, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[Picture, ...] = ()
    looks: tuple[Look, ...] = ()
    divisions: tuple[Division, ...] = ()

    def spans(self) -> tuple[Span, ...]:
        """Every span that it names."""
        linked = (span for link in self.links for span in (link.source, link.target))
        pictured = (Span(picture.at, picture.at) for picture in self.pictures)
        looks = (look.span for look in self.looks)
        numbered = (span for part in self.divisions for span in (part.label, part.heading) if span)
        begun = (Span(part.at, part.at) for part in self.divisions)
        return (*linked, *(link.span for link in self.hyperlinks), *pictured, *looks, *numbered, *begun)
