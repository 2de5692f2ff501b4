"""What Kerf's sentence splitter knows of words and lists; the texts that its models are also trained on."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inference.boundaries import splitter
from services.inference.boundaries.candidates import candidates_of
from services.inference.boundaries.counts import counts_of
from services.inference.boundaries.features import Features
from services.inference.boundaries.glance import OFFSETS
from services.inference.boundaries.index import Index, alike
from services.inference.boundaries.lists import COUNTS, FIRST, FOLLOWS, LEADS, sequences_of
from services.inference.boundaries.shapes import enumerators_of, shapes_of
from services.inference.boundaries.tokens import Tokens
from services.inference.boundaries.usage import LEAST, MOST, UNKNOWN, Usage
from tests.bench.sentences.made import made
from tests.bench.sentences.usages import counted, usage_of

HASHES = st.integers(1, 2**64 - 1)


def tokens_of(text: str) -> Tokens:
    return Features.of(text).tokens


@given(st.lists(HASHES, unique=True, max_size=200), st.lists(HASHES, max_size=50))
def test_an_index_finds_what_is_in_its_list_and_nothing_else(known: list[int], others: list[int]) -> None:
    index = Index(np.array(known, np.uint64))
    asked = [0, *known, *others]
    places = {word: place for place, word in enumerate(known, 1)}
    assert index.find(np.array(asked, np.uint64)).tolist() == [places.get(word, 0) for word in asked]


@given(st.lists(st.integers(0, 9) | HASHES, max_size=200))
def test_words_are_alike_where_they_are_equal(words: list[int]) -> None:
    found = alike(np.array(words, np.uint64)).tolist()
    assert [words[place] for place in found] == words
    assert len(set(found)) == len(set(words))


def test_words_that_share_all_slots_are_told_apart() -> None:
    words = np.arange(1, 300_000, dtype=np.uint64)
    index = Index(words)
    assert np.array_equal(index.find(words), np.arange(1, words.size + 1))
    assert np.array_equal(alike(words), np.arange(words.size))


def test_an_elided_article_is_no_part_of_its_word() -> None:
    words = tokens_of("dell'art. qu’il l'articolo don't art il articolo").word.tolist()
    assert words[:3] == words[4:]
    assert words[3] not in words[4:]


def test_enumerators_know_their_neighbours() -> None:
    tokens = tokens_of("1. one 2. two (a) three (b) four 9. five\n7\n8 i. six ii. seven")
    found = sequences_of(tokens, enumerators_of(tokens, shapes_of(tokens)))
    enumerators = (0, 2, 4, 6, 8, 10, 11, 12, 14)
    assert found[list(enumerators)].tolist() == [
        COUNTS | LEADS | FIRST, COUNTS | FOLLOWS, COUNTS | LEADS | FIRST, COUNTS | FOLLOWS, COUNTS,
        COUNTS | LEADS, COUNTS | FOLLOWS, COUNTS | LEADS | FIRST, COUNTS | FOLLOWS,
    ]  # fmt: skip
    assert not found[1]


def test_words_are_counted_in_the_text_itself() -> None:
    tokens = tokens_of("The vol. 3 and vol. 3 of a Lease, lease or lease.")
    counts = counts_of(tokens)
    volume, lease = counts.of[1], counts.of[8]
    assert (counts.dotted[volume], counts.bare[volume]) == (2, 0)
    assert (counts.dotted[lease], counts.bare[lease]) == (1, 2)
    assert (counts.small[lease], counts.large[lease]) == (2, 1)


def test_usage_tells_how_words_are_written() -> None:
    text = "he saw Rome and he went. " * 4
    words, ratios = usage_of([counted(tokens_of(text)) for _ in range(2)])
    asked = tokens_of("saw Rome went unseen").word
    columns = Usage(words, ratios).columns(np.tile(asked, (4, 1)))
    case, ends = np.asarray(columns["case+0"]), np.asarray(columns["ends+0"])
    assert case[0] > case[1] >= LEAST
    assert ends[0] < ends[2] <= MOST
    assert case[3] == ends[3] == UNKNOWN


def test_every_candidate_has_one_cell_of_each_group() -> None:
    features = Features.of(
        'He said "No." (1) It is; see Smith v. Jones, 512 U.S. 43.\n\nII. Next • one 第一。'
    )
    cells = features.cells(candidates_of(features.tokens))
    for row, (first, last) in zip(cells, pairwise(OFFSETS), strict=True):
        assert ((row >= first) & (row < last)).all()


@pytest.mark.parametrize(
    "sentences",
    [
        ["1. A loaf of bread.", "2. Four eggs.", "3. Some butter."],
        ["a) A loaf of bread", "b) Four eggs", "c) Some butter"],
        ["At 7 a.m. Mrs. Hill opens the shop on Baker St. near the mill.", "Nobody else has a key."],
        ["The judge asked, “Is this so?”", "Nobody answered."],
        ["“Is this so?” asked the judge."],
        ["The clerk (she came late.) took the minutes."],
        ["They paid. . . .", "The landlord gave no receipt."],
        ["Am 3. Oktober war das Gericht geschlossen.", "Niemand kam."],
        ["A norma dell'art. 12 della legge il ricorso è respinto.", "Le spese sono compensate."],
    ],
)
def test_forms_that_are_hard_are_told(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [found.span.of(text) for found in splitter.sentences(text)] == sentences


def test_made_up_texts_are_the_same_again_and_their_sentences_are_trimmed() -> None:
    texts = list(made(7))
    assert texts == list(made(7)) != list(made(8))
    for _, text, spans, _ in texts:
        assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
        assert all(end < start for (_, end), (start, _) in pairwise(spans))
