"""Chunks of source code tile the text: joined they give it back, whatever it is."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.extraction.extract import extract
from services.segmentation.code.languages import LANGUAGES, MEDIA_TYPES
from tests.support.code import SOURCES, chunked, source, texts

KINDS = st.sampled_from([*MEDIA_TYPES, "text/x-unknown"])
PYTHON = "class A:\n    def f(self):\n        return '{}'\n\n    def g(self):\n        return 2\n\n\n"


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=SOURCES,
    media_type=KINDS,
    cap=st.sampled_from([64, 100, 2000]),
    mode=st.sampled_from(["optimal", "paper"]),
    tokenizer=st.sampled_from(["bert", "words"]),
)
def test_joined_chunks_are_the_text_in_every_language(
    text: str, media_type: str, cap: int, mode: str, tokenizer: str
) -> None:
    document = source(text, media_type)
    found = texts(document, max_tokens=cap, mode=mode, tokenizer=tokenizer)
    assert "".join(found) == (text if text.strip() else "")


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=SOURCES, media_type=KINDS, cap=st.sampled_from([16, 17, 40, 400]))
def test_only_white_space_that_has_no_room_is_between_chunks(text: str, media_type: str, cap: int) -> None:
    document = source(text, media_type)
    spans = [span for chunk in chunked(document, max_tokens=cap) for span in chunk.spans]
    edges = [0, *itertools.chain.from_iterable(spans), len(text)]
    assert edges == sorted(edges)
    between = [text[end:start] for end, start in itertools.pairwise(edges)][::2]
    assert "".join(between).strip() == ""


def test_white_space_before_code_that_fills_a_chunk_is_no_chunk() -> None:
    document = source(' \n \n"""never closed', "application/toml")
    (chunk,) = chunked(document, max_tokens=16)
    assert chunk.text(document.text) == '"""never closed'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("[" * 100_000, "text/x-python"),
        pytest.param("[" * 50_000 + "]" * 50_000, "application/json", marks=pytest.mark.soak),
        pytest.param("a(" * 50_000, "text/x-c", marks=pytest.mark.soak),
        pytest.param("{" * 99_999 + "\n", "text/javascript", marks=pytest.mark.soak),
        ("({" * 50_000 + "\n", "text/x-unknown"),
    ],
)
def test_a_hundred_thousand_levels_are_cut(text: str, media_type: str) -> None:
    assert "".join(texts(source(text, media_type), max_tokens=2000)) == text


@pytest.mark.slow
@pytest.mark.parametrize("media_type", ["text/javascript", "text/x-unknown"])
def test_five_megabytes_in_one_line_are_cut(media_type: str) -> None:
    text = "var a=[1,2,{b:'c d'}];function f(x){return x+1};" * 110_000
    found = texts(source(text, media_type), max_tokens=2000)
    assert "".join(found) == text
    assert len(found) < 1.5 * len(text) / 2000


def test_a_token_of_a_megabyte_is_cut_without_loss() -> None:
    text = 'x = "' + "ab, " * 250_000 + '"\n'
    found = texts(source(text), max_tokens=2000)
    assert "".join(found) == text
    assert len(found) < 520


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_marks_change_no_cut(end: str, mark: bytes) -> None:
    text = (PYTHON * 20).replace("\n", end)
    document = extract(mark + text.encode(), "a.py")
    found = texts(document, max_tokens=400)
    assert "".join(found) == text
    assert all(chunk.startswith(("class A", "    def")) for chunk in found)


def test_code_points_not_bytes_are_counted() -> None:
    text = "".join(PYTHON.format("👩‍👩‍👧‍👦é字" * 8) for _ in range(30))
    found = texts(source(text), max_tokens=300)
    assert "".join(found) == text
    assert all(chunk.startswith(("class A", "    def")) for chunk in found)


@pytest.mark.parametrize("name", LANGUAGES)
def test_node_types_of_the_tables_exist(name: str) -> None:
    from services.segmentation.code.grammars import grammar

    language, known = LANGUAGES[name], grammar(name)
    for kind in (*language.imports, *language.bound):
        assert known.id_for_node_kind(kind, True) is not None, kind
