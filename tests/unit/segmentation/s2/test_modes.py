"""The three modes: what is in order stays so, a sidebar is lifted out, nothing is random."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.document import BlockKind, Document
from models.errors import InvalidInput
from services import pipeline
from services.inference.toolkit import Toolkit
from services.pipeline import Segmented
from services.segmentation.registry import parse_options
from services.segmentation.s2 import paper
from services.segmentation.s2.graph import graph_of
from services.segmentation.s2.nodes import nodes_of
from services.segmentation.s2.spectral import LARGEST_BAND, bands_of, clusters_of
from tests.support.strategies import hashed, tools_of
from tests.unit.segmentation.s2.test_graph import Placed, at, document

TOOLKIT = Toolkit(Path("no-models-here"))
BODY = "ships sail over wide seas to ports"
ASIDE = "bread needs flour water salt yeast"


def cut(made: Document, mode: str, max_tokens: int = 64, **options: Any) -> Segmented:
    parsed = parse_options(
        {"strategy": "s2", "mode": mode, "tokenizer": "words", "max_tokens": max_tokens, **options}
    )
    return pipeline.chunk(made, parsed, tools_of(TOOLKIT, parsed))


def magazine() -> Document:
    """A column with a box beside it, which the reading order puts between two paragraphs."""
    body = [at(0, 100 + 25 * n, wording=f"{BODY} {n}") for n in range(6)]
    aside = [at(240, 160 + 12 * n, wording=f"{ASIDE} {n}") for n in range(3)]
    return document([*body[:3], *aside, *body[3:]])


def test_a_sidebar_is_a_chunk_of_its_own_and_the_text_around_it_goes_on() -> None:
    found = cut(magazine(), "spectral")
    texts = [chunk.text(found.document.text) for chunk in found.chunks]
    assert [ASIDE in text for text in texts] == [False, True]
    assert [BODY in text for text in texts] == [True, False]
    assert [len(chunk.spans) for chunk in found.chunks] == [2, 1]
    inside, outside = (found.chunks[1].metadata["affinity"][key] for key in ("inside", "outside"))
    assert inside > 2 * outside


@pytest.mark.parametrize("size", [16, 32, 64])
def test_in_order_every_chunk_is_one_stretch_of_the_text(size: int) -> None:
    chunks = cut(magazine(), "ordered", size).chunks
    assert [len(chunk.spans) for chunk in chunks] == [1] * len(chunks)
    starts = [chunk.spans[0].start for chunk in chunks]
    assert starts == sorted(starts)


def test_in_order_the_cut_is_where_clusters_part() -> None:
    blocks: list[Placed] = [at(0, 100 + 12 * n, wording=f"{BODY} {n}") for n in range(4)]
    blocks += [at(0, 150 + 12 * n, wording=f"{ASIDE} {n}") for n in range(4)]
    first, second = cut(document(blocks), "ordered", 40, target_tokens=32).chunks
    assert BODY in first.text(document(blocks).text)
    assert second.text(document(blocks).text).startswith(ASIDE)
    assert "likeness" in first.reason


@pytest.mark.parametrize("mode", ["ordered", "spectral", "paper"])
def test_the_same_chunks_every_time(mode: str) -> None:
    blocks = [
        at(300 * (n % 2), 20 * (n % 30), page=n // 30 + 1, wording=f"w{n} w{n % 7} w{n % 3}")
        for n in range(150)
    ]
    first, second = (cut(document(blocks), mode, 48) for _ in range(2))
    assert first.chunks == second.chunks
    assert len(first.chunks) > 5


def test_a_long_document_is_clustered_in_bands_that_cover_it() -> None:
    blocks = [
        at(0, 20 * (n % 30), page=n // 30 + 1, wording=f"w{n // 11} w{n // 11} w{n}") for n in range(700)
    ]
    made = document(blocks)
    nodes = nodes_of(made)
    bands = bands_of(graph_of(nodes, hashed(nodes.texts), []), [3] * 700, 30)
    assert [band.first for band in bands] == [0, *(band.last for band in bands[:-1])]
    assert bands[-1].last == 700
    assert max(band.last - band.first for band in bands) <= LARGEST_BAND
    for band in bands:
        own = clusters_of(band)
        assert own[0] == 0
        assert sorted(set(own.tolist())) == list(range(own.max() + 1))


def test_the_mode_of_the_paper_refuses_long_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "MOST", 5)
    with pytest.raises(InvalidInput, match="at most 5 blocks"):
        cut(magazine(), "paper")


@pytest.mark.parametrize("mode", ["ordered", "spectral", "paper"])
def test_blocks_that_no_edge_leads_to_are_cut_too(mode: str) -> None:
    made = document([at(0, 100), at(0, 200)], kinds=dict.fromkeys((0, 1), (BlockKind.HEADING, 1)))
    found = cut(made, mode)
    assert len(found.chunks) == 2
    assert [chunk.metadata["affinity"]["inside"] for chunk in found.chunks] == [None, None]


def test_blocks_that_say_nothing_and_stand_nowhere_are_cut_too() -> None:
    made = document([at(0, 100 + 20 * n, wording=". .") for n in range(40)])
    nowhere = Document(made.text, made.media_type, made.sha256, made.blocks)
    for mode in ("ordered", "spectral", "paper"):
        for each in (made, nowhere):
            assert cut(each, mode, 16).coverage.share == 1.0
    assert np.isfinite(graph_of(nodes_of(nowhere), np.zeros((40, 4), np.float32), []).weight).all()


def test_no_chunk_goes_on_across_a_heading_unless_small_ones_are_to_be_joined() -> None:
    blocks = [at(0, 100 + 15 * n, wording=f"{BODY} {n}") for n in range(6)]
    kinds = {2: (BlockKind.HEADING, 1), 3: (BlockKind.HEADING, 2), 5: (BlockKind.HEADING, 2)}
    made = document(blocks, kinds=kinds)
    starts = [made.blocks[at].span.start for at in (0, 2, 5)]
    for mode in ("ordered", "spectral"):
        own = [span.start for chunk in cut(made, mode, 400).chunks for span in chunk.spans]
        assert set(starts) <= set(own)
    assert len(cut(made, "ordered", 400).chunks) == 3
    assert len(cut(made, "ordered", 400, min_tokens=100).chunks) == 1
