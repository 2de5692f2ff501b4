"""The apparatus as lists of JSON and back, and as it is shown."""

from collections.abc import Mapping, Sequence
from operator import index
from typing import Any

from models.apparatus import (
    Apparatus,
    Attachment,
    Bookmark,
    Division,
    Hyperlink,
    Link,
    LinkKind,
    Look,
    LookKind,
    Picture,
)
from models.geometry import Box
from models.packing import box_of, text_of
from models.span import Span


def dumped(apparatus: Apparatus) -> dict[str, Any]:
    """What `loaded` reads."""
    return {
        "links": [[k.value, *source, *target, page, box] for k, source, target, page, box in apparatus.links],
        "hyperlinks": [[*span, *rest] for span, *rest in apparatus.hyperlinks],
        "outline": [list(bookmark) for bookmark in apparatus.outline],
        "attachments": [list(attachment) for attachment in apparatus.attachments],
        "pictures": [list(picture) for picture in apparatus.pictures],
        "looks": [[kind.value, *span] for kind, span in apparatus.looks],
        "divisions": [list(division) for division in apparatus.divisions],
    }


def loaded(form: Mapping[str, Any]) -> Apparatus:
    """The apparatus in the form; TypeError, ValueError or KeyError when it is none."""
    return Apparatus(
        tuple(
            Link(LinkKind(kind), _span(a, b), _span(c, d), _number(page), box_of(box))
            for kind, a, b, c, d, page, box in form["links"]
        ),
        tuple(
            Hyperlink(_span(a, b), _number(page), box_of(box), text_of(uri), _number(target))
            for a, b, page, box, uri, target in form["hyperlinks"]
        ),
        tuple(Bookmark(index(level), text_of(title), index(page)) for level, title, page in form["outline"]),
        tuple(Attachment(text_of(name), _number(size)) for name, size in form["attachments"]),
        tuple(
            Picture(index(at), index(page), Box(*map(float, box)))
            for at, page, box in form.get("pictures", ())
        ),
        tuple(Look(LookKind(kind), _span(start, end)) for kind, start, end in form.get("looks", ())),
        tuple(
            Division(index(at), index(depth), text_of(name), _span_or_none(label), _span_or_none(heading))
            for at, depth, name, label, heading in form.get("divisions", ())
        ),
    )


def shown(apparatus: Apparatus) -> dict[str, Any]:
    """As the command line and the API show it."""
    return {
        "links": [
            {
                "kind": link.kind.value,
                "source": list(link.source),
                "target": list(link.target),
                "page": link.page,
                "box": None if link.box is None else list(link.box.rounded()),
            }
            for link in apparatus.links
        ],
        "hyperlinks": [
            {
                "span": list(link.span),
                "page": link.page,
                "box": None if link.box is None else list(link.box.rounded()),
                "uri": link.uri,
                "target_page": link.target_page,
            }
            for link in apparatus.hyperlinks
        ],
        "outline": [bookmark._asdict() for bookmark in apparatus.outline],
        "attachments": [attachment._asdict() for attachment in apparatus.attachments],
        "pictures": [
            {"at": picture.at, "page": picture.page, "box": list(picture.box.rounded())}
            for picture in apparatus.pictures
        ],
        "looks": [{"kind": kind.value, "span": list(span)} for kind, span in apparatus.looks],
    }


def _span(start: object, end: object) -> Span:
    return Span(_integer(start), _integer(end))


def _span_or_none(pair: Sequence[object] | None) -> Span | None:
    return None if pair is None else _span(*pair)


def _number(value: object) -> int | None:
    return None if value is None else _integer(value)


def _integer(value: Any) -> int:
    return index(value)
