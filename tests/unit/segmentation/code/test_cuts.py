"""Where code is cut, and what is kept together."""

import pytest

from tests.support.code import source, texts

METHOD = "    def {0}(self):\n        return '{0}'\n\n"


def starts(text: str, media_type: str = "text/x-python", **options: object) -> list[str]:
    """The first line of each chunk."""
    chunks = texts(source(text, media_type), heading_context=False, **options)
    assert "".join(chunks) == text
    return [chunk.strip().splitlines()[0] for chunk in chunks]


@pytest.mark.parametrize(
    ("media_type", "said", "declaration"),
    [
        ("text/x-python", "# about it\n@decorated\n", "def f(x):\n    return x + 1\n"),
        ("text/x-java", "/** Doc. */\n@Override\n", "class F { int f() { return 1; } }\n"),
        ("text/x-rust", "/// Doc.\n#[derive(Debug)]\n", "struct F { some: u8, more: u8 }\n"),
        ("text/x-typescript", "// about it\nexport ", "class F { x: number = 1; y = 2 }\n"),
        ("text/x-go", "// F does.\n", "func F(x int) int { return x + 1 }\n"),
        ("text/x-c++", "// about it\ntemplate <class T>\n", "T f(T t) { return t + t; }\n"),
        ("text/x-haskell", "-- | About it.\nf :: Int -> Int\n", "f x = x + 1 + 2 + 3 + 4\n"),
        ("text/x-csharp", "/// <summary/>\n[Old]\n", "class F { int f() { return 1; } }\n"),
    ],
)
def test_what_is_said_of_a_declaration_stays_with_it(media_type: str, said: str, declaration: str) -> None:
    whole = said + declaration
    found = starts("\n".join([whole] * 12), media_type, max_tokens=max(len(whole) + 10, 64))
    assert set(found) == {said.splitlines()[0]}


def test_imports_are_one_unit_and_a_licence_stands_apart() -> None:
    licence = "# Copyright 2026 Somebody.\n# All rights reserved, and so on and so forth.\n\n"
    imports = "import one\nimport two\nfrom three import four, five\n\n"
    found = starts(licence + imports + "def f():\n    return 'something to fill it'\n", max_tokens=90)
    assert found == ["# Copyright 2026 Somebody.", "import one", "def f():"]


def test_a_class_that_is_too_large_is_cut_between_its_members() -> None:
    text = "class A:\n" + "".join(METHOD.format(f"name{i}") for i in range(20)) + "\nx = 1\n"
    found = starts(text, max_tokens=200)
    assert all(line.startswith(("class A", "def name", "x = 1")) for line in found)


def test_a_chunk_rather_ends_where_what_it_began_in_ends() -> None:
    text = (
        "class A:\n"
        + "".join(METHOD.format(f"name{i}") for i in range(7))
        + "\ndef g():\n    return 'g' * 9\n"
    )
    assert "def g():" in starts(text, max_tokens=200)


def test_what_the_parser_does_not_understand_is_cut_between_lines() -> None:
    text = "@@@ ((( not python\n" + "".join(f"{'  ' * (i % 3)}line {i} ]] of ?? it {{\n" for i in range(80))
    assert all(line.startswith(("@@@", "line")) for line in starts(text, max_tokens=150))


def test_an_unknown_language_is_cut_at_brackets_and_blank_lines() -> None:
    block = "begin_thing {{\n    first {0};\n    second {0};\n}}\n\n"
    text = "".join(block.format(i) for i in range(30))
    assert set(starts(text, "text/x-unknown", max_tokens=120)) == {"begin_thing {"}


def test_the_published_way_splits_then_merges_siblings() -> None:
    methods = [METHOD.format(name) for name in ("aa", "bb", "cc")]
    text = "x = 1\n\n" + "class A:\n" + "".join(methods) + "\ny = 2\n"
    assert starts(text, max_tokens=100, mode="paper") == ["x = 1", "def cc(self):"]
    assert starts(text, max_tokens=90, mode="paper") == ["x = 1", "class A:", "def cc(self):"]
    assert texts(source("x = '" + "a" * 500 + "'\n"), max_tokens=100, mode="paper", heading_context=False)


def test_the_published_algorithm_runs_with_its_own_size() -> None:
    text = "".join(f"def f{i}(x):\n{' ' * 40}return x + {i}\n\n\n" for i in range(40))
    found = texts(
        source(text), max_tokens=60, mode="paper", tokenizer="non_whitespace", heading_context=False
    )
    assert "".join(found) == text
    assert max(len("".join(chunk.split())) for chunk in found) == 60
    assert min(map(len, found[:-1])) > 120
