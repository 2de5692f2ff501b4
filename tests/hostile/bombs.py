"""PDFs that are small and ask for much, made on the spot."""

from collections.abc import Callable, Iterator

from tests.hostile.drawings import (
    deep_content,
    flate_double,
    flate_spaces,
    flate_text,
    form_cycle,
    forms,
    glyph_cycle,
    image,
    one_character_texts,
    pattern_cycle,
    self_length,
    to_unicode,
    wide_font,
)
from tests.hostile.pdfs import page, shown, stream, zeros
from tests.hostile.structures import (
    absurd_encryption,
    annotation_cycle,
    annotations,
    deep_array,
    deep_outline,
    deep_page_tree,
    lying_count,
    metadata_entities,
    object_stream_cycle,
    outline_cycle,
    shared_pages,
    unfinished,
    updates,
    xref_loop,
)

Make = Callable[[], bytes]


def catalogue(scale: float = 1.0) -> Iterator[tuple[str, Make]]:
    """Every bomb by name; `scale` 1 is the size that was measured to hurt."""

    def of(count: float) -> int:
        return max(1, int(count * scale))

    yield from {
        "forms 1e5": lambda: forms(4),
        "forms 1e7": lambda: forms(6),
        "forms 1e10": lambda: forms(9),
        "form cycle": form_cycle,
        "flate text": lambda: flate_text(of(128)),
        "flate spaces": lambda: flate_spaces(of(1024)),
        "flate double": lambda: flate_double(of(1024)),
        "deep page tree": lambda: deep_page_tree(of(200_000)),
        "shared pages 1e6": lambda: shared_pages(2),
        "shared pages 1e9": lambda: shared_pages(3),
        "lying count": lying_count,
        "xref loop": xref_loop,
        "updates": lambda: updates(of(100_000)),
        "deep array": lambda: deep_array(of(3_000_000)),
        "deep content arrays": lambda: deep_content(of(5_000_000)),
        "deep content dictionaries": lambda: deep_content(of(2_000_000), b"<<"),
        "q stack": lambda: deep_content(of(5_000_000), b"q "),
        "text objects": lambda: deep_content(of(2_000_000), b"BT "),
        "marked content": lambda: deep_content(of(2_000_000), b"/A BMC "),
        "clips": lambda: deep_content(of(500_000), b"0 0 9 9 re W n "),
        "to unicode": lambda: to_unicode(of(600_000)),
        "glyph cycle": glyph_cycle,
        "pattern cycle": pattern_cycle,
        "outline cycle": outline_cycle,
        "deep outline": lambda: deep_outline(of(100_000)),
        "annotation cycle": annotation_cycle,
        "annotations": lambda: annotations(of(1_000_000)),
        "object stream cycle": object_stream_cycle,
        "self length": self_length,
        "image 60k": lambda: image(60_000, 60_000, zeros(of(430), b"\0")),
        "image 2e9": lambda: image(2_000_000_000, 2_000_000_000, b""),
        "huge page": lambda: page(stream(shown()), box=b"0 0 1000000000 1000000000"),
        "page of nothing": lambda: page(stream(shown()), box=b"0 0 0 0"),
        "page of no number": lambda: page(stream(shown()), box=b"0 0 1e400 nan"),
        "large unit": lambda: page(stream(shown()), entries=b"/UserUnit 1000000"),
        "absurd encryption": absurd_encryption,
        "metadata entities": metadata_entities,
        "wide font": lambda: wide_font(of(1_000_000)),
        "objects without end": lambda: unfinished(of(2_000_000)),
        "one-character texts": lambda: one_character_texts(of(3_000_000)),
    }.items()
