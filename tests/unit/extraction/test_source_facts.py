"""What a text that is its own source says of itself: its language, and where its code points stand."""

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.errors import DocumentError
from services.extraction.extract import extract
from services.extraction.media import sniff
from services.extraction.source_languages import language_of
from services.extraction.source_types import SOURCE_TYPES
from services.segmentation.code.languages import LANGUAGES
from tests.support.code import chunked

TEXT = "def f():\n    return 'é 👩‍👩‍👧‍👦'\n\n\nclass A:\n    x = 1\n" * 9
BYTES = st.lists(
    st.one_of(
        st.sampled_from([b"def f():\n    return 1\n\n", b"x = 'abc'\n", b"\r\n", b"# \xc3\xa9\n", b"\n\n"]),
        st.binary(max_size=3),
    ),
    min_size=1,
    max_size=60,
).map(b"".join)


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("a.py", "", "python"),
        ("Dockerfile", "", "dockerfile"),
        ("src/Makefile", "", "make"),
        ("a.tsx", "", "tsx"),
        ("a.h", "struct S { int x; };", "c"),
        ("a.h", "namespace a {\nclass B {};\n}", "cpp"),
        ("main.tf", "", "hcl"),
        ("run", "#!/usr/bin/env python3\nx\n", "python"),
        ("", "#!/bin/sh\nx\n", "bash"),
        ("a.pl", "", "perl"),
        ("a.pl", "likes(mary, wine).\n:- initialization(main).\n", "prolog"),
        ("a.m", "@interface A\n@end\n", "objective-c"),
        ("a.m", "function y = f(x)\n", "matlab"),
        ("a.ts", "<?xml version='1.0'?>\n<TS></TS>", "xml"),
        ("a.h", "// -*- C++ -*-\nint x;\n", "cpp"),
        ("a.inc", "<?php\nfunction f() {}\n", "php"),
        ("a.mts", "", "typescript"),
        ("configure.in", "x\n# vim: set ft=sh :\n", "bash"),
        ("a.py", "# vim: set ft=ruby :\n", "python"),
        ("build", "import os\n\n\ndef main():\n    os.stat('.')\n", "python"),
        ("build", "package main\n\nfunc main() {\n\tx := 1\n}\n", "go"),
        ("build", '{"a": [1]}', "json"),
        ("LICENSE", "Permission is granted, free of charge, to any person.\n", ""),
        ("notes", "```python\nimport os\ndef f():\n    pass\n```\n", ""),
        ("notes.txt", "import os\n\n\ndef main():\n    os.stat('.')\n", ""),
        ("notes.txt", "", ""),
        ("", "", ""),
    ],
)
def test_languages_are_known_by_name_and_by_content(name: str, text: str, language: str) -> None:
    assert language_of(text, name) == language


def test_every_grammar_is_reached_by_some_name() -> None:
    names = (
        "a.sh a.c a.cpp a.cs a.css a.dart Dockerfile a.ex a.go a.hs a.hcl a.java a.js a.json a.jl a.kt a.lua"
    )
    more = (
        "Makefile a.md a.php a.py a.rb a.rs a.scala a.sol a.sql a.swift a.toml a.tsx a.ts a.xml a.yaml a.zig"
    )
    mixed = "a.astro a.cmake a.ejs a.erb a.erl a.graphql a.proto a.ps1 a.R a.scss a.svelte a.vue a.m"
    found = {language_of("", name) for name in f"{names} {more} {mixed}".split()}
    assert found == set(LANGUAGES) - {"html"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_the_bytes_of_chunks_are_those_of_their_text(encoding: str) -> None:
    data = TEXT.encode(encoding)
    document = extract(data, "a.py")
    bare = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)
    chunks = chunked(document, max_tokens=64)
    for chunk in chunks[1:]:
        start, end = chunk.metadata["bytes"]
        assert data[start:end].decode(bare) == chunk.text(document.text)
    assert b"".join(data[slice(*chunk.metadata["bytes"])] for chunk in chunks) == data


@given(data=BYTES)
def test_joined_bytes_are_the_file_whatever_it_holds(data: bytes) -> None:
    try:
        document = extract(data, "a.py")
    except DocumentError:
        assume(False)
        return
    chunks = chunked(document, max_tokens=100, tokenizer="bert")
    assume("byte_mark" in document.metadata and chunks)
    edges = [tuple(chunk.metadata["bytes"]) for chunk in chunks]
    assert all(before[1] == after[0] for before, after in itertools.pairwise(edges))
    assert b"".join(data[start:end] for start, end in edges) == data


def test_dropped_and_unreadable_bytes_are_passed_over() -> None:
    data = b"a = 1\x00\x01\nb = '\xff\xfe'\n" + b"c = 3\n" * 40
    document = extract(data, "a.py")
    chunks = chunked(document, max_tokens=32)
    assert b"".join(data[slice(*chunk.metadata["bytes"])] for chunk in chunks) == data
    assert data[slice(*chunks[-1].metadata["bytes"])].decode() == chunks[-1].text(document.text)


@pytest.mark.parametrize(
    ("name", "text", "media_type"),
    [
        ("Makefile", "a: b\n\tc\n", "text/x-make"),
        ("Dockerfile", "FROM a\n", "text/x-dockerfile"),
        ("run", "#!/usr/bin/env node\nx()\n", "text/javascript"),
        ("", "#!/bin/sh\nx\n", "text/x-shellscript"),
        ("a.h", "namespace a {\nclass B {};\n}", "text/x-c++"),
        ("letter", "Dear all,\n\nwe import goods.\n", "text/plain"),
        ("", "import os\n\n\ndef main():\n    pass\n", "text/plain"),
    ],
)
def test_sources_have_a_type_of_source_whatever_they_are_called(
    name: str, text: str, media_type: str
) -> None:
    assert sniff(text.encode(), name) == media_type


@pytest.mark.parametrize("suffix", SOURCE_TYPES)
def test_suffixes_give_the_types_that_are_listed(suffix: str) -> None:
    assert sniff(b"x\n", f"a{suffix}") == SOURCE_TYPES[suffix]
