"""Documents for storms: every one different, small or slow, with the chunk ids that must come of it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from services import pipeline
from services.extraction.extract import extract
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options

OPTIONS = {"strategy": "recursive", "tokenizer": "characters", "max_tokens": 400}
PDF_SHARE, SLOW_SHARE = 0.15, 0.08
SLOW_SENTENCES = 12_000
WORDS = """
the party shall terminate this agreement by notice in writing and pay what is due for services rendered until
then while clause section schedule annex and law remain in force under seal
""".split()  # noqa: SIM905 - a list of forty lines says no more


@dataclass(frozen=True)
class Sample:
    """One document to upload, and the ids of its chunks in order, as the pipeline computes them here."""

    name: str
    data: bytes
    expected: tuple[str, ...]


def samples(count: int, *, seed: int, slow_share: float = SLOW_SHARE) -> list[Sample]:
    """So many documents; the same ones for the same seed."""
    toolkit = Toolkit(Path("no-models"))
    return [
        Sample(name, data, chunk_ids(name, data, toolkit)) for name, data in files(count, seed, slow_share)
    ]


def sample_of(name: str, data: bytes) -> Sample:
    """The sample of these bytes."""
    return Sample(name, data, chunk_ids(name, data, Toolkit(Path("no-models"))))


def chunk_ids(name: str, data: bytes, toolkit: Toolkit) -> tuple[str, ...]:
    """The ids that the pipeline gives these bytes, in this process."""
    options = parse_options(OPTIONS)
    segmented = pipeline.chunk(extract(data, name), options, toolkit.tools(options))
    return tuple(chunk.id for chunk in segmented.chunks)


def files(count: int, seed: int, slow_share: float) -> Iterator[tuple[str, bytes]]:
    """Names and bytes: mostly short texts, some PDFs, a few texts that take seconds."""
    chance = random.Random(seed)
    for number in range(count):
        kind = chance.random()
        mark = f"Document {seed}-{number}."
        if kind < PDF_SHARE:
            yield f"storm-{number}.pdf", pdf([mark, *sentences(chance, 40)])
        elif kind < PDF_SHARE + slow_share:
            yield f"storm-{number}.txt", text([mark, *sentences(chance, SLOW_SENTENCES)])
        else:
            yield f"storm-{number}.txt", text([mark, *sentences(chance, chance.randint(1, 60))])


def slow(seed: int, sentences_wanted: int = 20_000) -> bytes:
    """A text that takes several seconds."""
    return text(list(sentences(random.Random(seed), sentences_wanted)))


def sentences(chance: random.Random, count: int) -> Iterator[str]:
    """Sentences of eight to sixteen words."""
    for _ in range(count):
        yield " ".join(chance.choices(WORDS, k=chance.randint(8, 16))).capitalize() + "."


def text(lines: Sequence[str]) -> bytes:
    """A paragraph a line."""
    return "\n\n".join(lines).encode()


def pdf(lines: Sequence[str]) -> bytes:
    """Fourteen lines to a page."""
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=True)
    for start in range(0, len(lines), 14):
        for place, line in enumerate(lines[start : start + 14]):
            canvas.drawString(60, 780 - 40 * place, line[:90])
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
