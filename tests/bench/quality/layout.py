"""Boxes, labels and reading order against the human annotation of the layout set."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from tests.bench.quality.sets import Item

LABELS = frozenset({"text", "title", "section_header", "list_item", "table", "picture", "caption"}) | {
    "footnote",
    "formula",
    "code",
    "page_header",
    "page_footer",
    "document_index",
}
"""Annotated boxes that are blocks of a page; keys, values, rows and columns are parts of such blocks."""

Shape = Mapping[str, Any]
Points = Sequence[Sequence[float]]


def scores(items: Sequence[Item], predictions: Path, scorer: Any) -> dict[str, Any]:
    """F1 over all boxes (IoU of at least .5), with and without labels, and the mean Kendall tau of the pages.

    A document that could not be read counts as one without boxes; tau is taken where two or more boxes of
    the annotated order were found, `ordered` says on how many pages.
    """
    counts = {"labelled": [0, 0, 0], "boxes": [0, 0, 0]}
    taus, rows = [], []
    for item in items:
        gold = _gold(item.record["pages"][0])
        predicted = _predicted(predictions / f"{item.id}.json", item.record["pages"][0])
        row: dict[str, Any] = {"id": item.id}
        for key, labels in (("labelled", True), ("boxes", False)):
            found = scorer.detection(gold, predicted, labels=labels)
            row[f"{key}_f1"] = found["f1"]
            for place, part in enumerate(("tp", "n_gold", "n_pred")):
                counts[key][place] += found[part]
        order = scorer.reading_order(
            _in_order(item.record["pages"][0]), [b for b in predicted if b["ordered"]]
        )
        if order["matched"] > 1:
            taus.append(order["kendall_tau"])
            row["tau"], row["matched"], row["of"] = order["kendall_tau"], order["matched"], order["of"]
        rows.append(row)
    mean = {f"{key}_f1": _f1(*found) for key, found in counts.items()}
    mean["tau"] = sum(taus) / len(taus) if taus else 0.0
    return {"docs": len(items), "ordered": len(taus), "mean": mean, "rows": rows}


def _f1(true: int, gold: int, predicted: int) -> float:
    return 2 * true / (gold + predicted) if gold + predicted else 0.0


def _predicted(path: Path, page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The boxes in pixels of the annotated image, which shows the first page, or all of them side by side."""
    if not path.exists():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    shown = pages_shown(found["pages"], page["width"] / page["height"])
    if not shown or not all(part["width"] and part["height"] for part in shown):
        return []
    x = page["width"] / sum(part["width"] for part in shown)
    lefts = dict(enumerate(accumulate((part["width"] for part in shown[:-1]), initial=0.0), 1))
    return [
        {
            "bbox": _scaled(box["bbox"], lefts[box["page"]], x, page["height"] / shown[0]["height"]),
            "label": box["label"],
            "ordered": not box.get("furniture", False),
        }
        for box in found["boxes"]
        if box["page"] in lefts
    ]


def pages_shown(pages: Sequence[Mapping[str, float]], shape: float) -> Sequence[Mapping[str, float]]:
    """All pages where the image (width by height) is as wide as all of them together, else the first."""
    if not pages or not pages[0]["width"]:
        return pages[:1]
    one = pages[0]["width"] / pages[0]["height"]
    together = sum(page["width"] for page in pages) / pages[0]["height"]
    return pages if abs(shape - together) < abs(shape - one) else pages[:1]


def _scaled(box: Sequence[float], left: float, x: float, y: float) -> list[float]:
    return [(box[0] + left) * x, box[1] * y, (box[2] + left) * x, box[3] * y]


def _gold(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"bbox": shape["bbox"], "label": label_of(shape)} for shape in _blocks(page)]


def label_of(shape: Shape) -> str:
    """The shape's label in the words of `LABELS`."""
    return str(shape["label"]).lower().replace(" ", "_")


def _blocks(page: Mapping[str, Any]) -> Iterator[Shape]:
    return (shape for shape in page["shapes"] if shape["type"] == "box" and label_of(shape) in LABELS)


def _in_order(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"bbox": shape["bbox"]} for shape in ordered_blocks(page)]


def ordered_blocks(page: Mapping[str, Any]) -> list[Shape]:
    """The boxes under the corners of the reading order line; an inner line follows the box it runs in."""
    blocks = list(_blocks(page))
    lines = [shape for shape in page["shapes"] if shape["label"] == "reading_order"]
    outer = [line for line in lines if line["attrs"].get("level", "1") == "1"]
    order = [box for line in outer for box in _touched(line["points"], blocks)]
    for line in lines:
        if line not in outer:
            inner = _touched(line["points"], blocks)
            around = [box for box in order if all(_inside(point, blocks[box]) for point in line["points"])]
            place = order.index(around[-1]) + 1 if around else len(order)
            order[place:place] = inner
    return [blocks[box] for box in dict.fromkeys(order)]


def _touched(points: Points, blocks: Sequence[Shape]) -> list[int]:
    """For each point the smallest block it lies in."""
    found = []
    for point in points:
        around = [number for number, block in enumerate(blocks) if _inside(point, block)]
        if around:
            found.append(min(around, key=lambda number: _area(blocks[number]["bbox"])))
    return found


def _inside(point: Sequence[float], block: Shape) -> bool:
    x0, y0, x1, y1 = block["bbox"]
    return bool(x0 <= point[0] <= x1 and y0 <= point[1] <= y1)


def _area(box: Sequence[float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
