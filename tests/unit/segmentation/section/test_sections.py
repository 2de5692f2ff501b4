"""Chunks of sections: what stays together, what is in front of it, what it says of itself."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from models.chunk import Chunk
from models.document import Document
from models.limits import DEFAULT_LIMITS
from models.outline import Outline
from services import pipeline
from services.inference.toolkit import Toolkit
from services.outline.outline import outline_of
from services.segmentation.registry import parse_options

TOOLKIT = Toolkit(Path("no-models-here"))
LEASE = """LEASE AGREEMENT

This Lease Agreement is made on 1 May 2020 between Acme Corp. (the “Landlord”) and Bob Ltd. (the “Tenant”).

ARTICLE I
DEFINITIONS

1.1 “Rent” means the sum payable each month under Section 2.1.

1.2 “Term” means the period of five years.

ARTICLE II
THE LEASE

2.1 Rent. The Tenant shall:

(a) pay the Rent on the first day of each month;

(b) keep the premises clean, and

(c) not assign this Lease without the consent of the Landlord as described in Section 1.1.

2.2 Duration. The Term begins on the date of this Lease. It ends after five years unless it is terminated \
earlier in accordance with Article III. The Landlord may extend it by notice in writing.

ARTICLE III
TERMINATION

3.1 Either party may terminate this Lease under Section 9.9.
"""


def read(text: str) -> Document:
    return pipeline.parse(text.encode(), "lease.txt", DEFAULT_LIMITS, lambda *_: None)


def cut(document: Document, size: int, **options: object) -> list[Chunk]:
    """The chunks, held against all laws; sizes in characters."""
    parsed = parse_options(
        {
            "strategy": "section",
            "tokenizer": "characters",
            "max_tokens": size,
            "target_tokens": size,
            **options,
        }
    )
    return list(pipeline.chunk(document, parsed, TOOLKIT.tools(parsed)).chunks)


def starts(document: Document, chunks: list[Chunk]) -> list[str]:
    return [chunk.text(document.text)[:9].strip() for chunk in chunks]


def test_sections_that_fit_are_whole_and_large_ones_fall_apart_into_those_below() -> None:
    document = read(LEASE)
    chunks = cut(document, 200, definitions="together")
    assert starts(document, chunks) == [
        "LEASE AGR",
        "ARTICLE I",
        "ARTICLE I",
        "(c) not a",
        "2.2 Durat",
        "The Landl",
        "ARTICLE I",
    ]


def test_definitions_stand_apart() -> None:
    document = read(LEASE)
    defined = [chunk for chunk in cut(document, 1000) if "terms_defined" in chunk.metadata]
    names = [[term["term"] for term in chunk.metadata["terms_defined"]] for chunk in defined]
    assert names[1:] == [["Rent"], ["Term"]]
    assert defined[1].text(document.text).startswith("ARTICLE I\nDEFINITIONS\n\n1.1")
    assert len(cut(document, 2000, definitions="together")) == 1


def test_what_an_item_goes_on_from_is_in_front_of_it() -> None:
    document = read(LEASE)
    item = next(chunk for chunk in cut(document, 200) if chunk.text(document.text).startswith("(c)"))
    assert item.context == "2.1 Rent\n\nThe Tenant shall:"
    assert [document.text[slice(*span)] for span in item.metadata["lead_ins"]] == ["The Tenant shall:"]
    assert item.metadata["citation"] == "Art. II § 2.1 (c)"
    assert item.metadata["numbers"] == ["II", "2.1", "c"]


def test_references_point_both_ways() -> None:
    document = read(LEASE)
    chunks = cut(document, 200)
    by_id = {chunk.id: chunk for chunk in chunks}
    pointing = [(chunk, r) for chunk in chunks for r in chunk.metadata.get("references", ())]
    found = {r["text"]: [t["citation"] for t in r["targets"]] for _, r in pointing}
    assert found == {
        "Section 2.1": ["Art. II § 2.1"],
        "Section 1.1": ["Art. I § 1.1"],
        "Article III": ["Art. III"],
        "Section 9.9": [],
    }
    for chunk, reference in pointing:
        for target in reference["targets"]:
            back = by_id[target["chunk"]].metadata["referenced_by"]
            assert {"text": reference["text"], "chunk": chunk.id} in back
    lost = next(r for _, r in pointing if not r["targets"])
    assert (lost["status"], bool(lost["reason"])) == ("unresolved", True)


def test_parents_and_children_name_each_other() -> None:
    chunks = cut(read(LEASE), 200)
    by_id = {chunk.id: chunk for chunk in chunks}
    held = [(by_id[chunk.parent], chunk) for chunk in chunks if chunk.parent]
    assert len(held) >= 3
    assert all(
        chunk.id in parent.metadata["children"] for parent, chunk in held if chunk.metadata["sections"]
    )


WORDS = st.lists(st.sampled_from(["pay", "the", "Rent", "and", "shall:", "when", "Section 2"]), max_size=40)
LABELS = st.sampled_from(
    ["1.", "2.", "3.", "2.1", "2.2", "(a)", "(b)", "(i)", "ARTICLE I", "ARTICLE II", "Section 4.", ""]
)


def crossings(outline: Outline, chunks: list[Chunk]) -> list[tuple[int, int]]:
    """Pairs of siblings that share a chunk without both standing whole in it."""
    found = []
    for chunk in chunks:
        whole = chunk.spans[0].start, chunk.spans[-1].end
        for parent in (None, *range(len(outline.nodes))):
            touched = [
                i
                for i in outline.children(parent)
                if outline.nodes[i].span.start < whole[1] and outline.nodes[i].span.end > whole[0]
            ]
            cut_off = [
                i
                for i in touched
                if outline.nodes[i].span.start < whole[0] or outline.nodes[i].span.end > whole[1]
            ]
            found += [pair for pair in pairwise(touched) if set(pair) & set(cut_off)]
    return found


@given(st.lists(st.tuples(LABELS, WORDS), max_size=25), st.integers(24, 400))
def test_no_chunk_holds_a_part_of_a_section_and_anything_of_its_sibling(
    lines: list[tuple[str, list[str]]], size: int
) -> None:
    document = read("\n\n".join(" ".join((label, *words)) for label, words in lines) or "-")
    assert crossings(outline_of(document), cut(document, size)) == []


def test_items_stay_whole_when_their_section_is_cut() -> None:
    items = [f"({n}) item number {n}." for n in range(1, 400)]
    document = read("1. The parties agree:\n\n" + "\n\n".join(items))
    chunks = cut(document, 64)
    assert len(chunks) > 1
    assert all(
        any(item in document.text[span.start : span.end] for chunk in chunks for span in chunk.spans)
        for item in items
    )
