"""Patterns of .gitignore files: what each matches, and that none takes long."""

import pytest

from services.extraction.ignoring import LONGEST_RULE, Rules


def leaves_out(line: str, path: str) -> bool:
    """As git does: a folder that is left out takes with it what it holds."""
    rules = Rules()
    rules.add("", line)
    parts = path.split("/")
    folders = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    return any(rules.leave_out(folder, is_folder=True) for folder in folders) or rules.leave_out(
        path, is_folder=False
    )


@pytest.mark.parametrize(
    ("line", "matched", "other"),
    [
        ("*.log", "a/b.log", "b.log.txt"),
        ("/b", "b", "a/b"),
        ("a/b", "a/b", "c/a/b"),
        ("build/", "build/x", "build"),
        ("**/a/b", "c/d/a/b", "c/a/d/b"),
        ("a/**/b", "a/b", "b"),
        ("a/**/b", "a/c/d/b", "ab"),
        ("a/**", "a/b/c", "b/a"),
        ("a/*/b", "a/c/b", "a/c/d/b"),
        ("a*b*c", "aXbXbc", "acb"),
        ("**/x*/y*z/**", "b/xx/yaz/c", "b/xx/ya/c"),
        ("a?c", "abc", "a/c"),
        ("[a-c]x", "bx", "dx"),
        ("[!a-c]x", "dx", "bx"),
        ("[]-]", "]", "a"),
        ("[[:digit:]]*", "7a", "a7"),
        ("\\#a", "#a", "a"),
        ("\\!a", "!a", "a"),
        ("a\\*", "a*", "ab"),
        ("a\\ ", "a ", "a"),
        ("a  ", "a", "a  "),
        ("a\r", "a", "a\r"),
        ("é?", "éa", "é"),
    ],
)
def test_a_pattern_matches_what_git_says(line: str, matched: str, other: str) -> None:
    assert leaves_out(line, matched)
    assert not leaves_out(line, other)


@pytest.mark.parametrize(
    "line", ["", " ", "#a", "!", "/", "[a", "a\\", "[[:nothing:]]", "a" * (LONGEST_RULE + 1)]
)
def test_what_is_no_pattern_matches_nothing(line: str) -> None:
    assert not any(leaves_out(line, path) for path in ("a", "#a", "!", "[a", "a\\", "n", line or "x"))


def test_the_last_rule_decides_and_inner_folders_count_more() -> None:
    rules = Rules()
    rules.add("", "*.py\n!keep.py\n")
    rules.add("in", "!a.py\nkeep.py\n")
    kept = [
        path
        for path in ("a.py", "keep.py", "in/a.py", "in/keep.py")
        if not rules.leave_out(path, is_folder=False)
    ]
    assert kept == ["keep.py", "in/a.py"]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("*a" * 500 + "*b", "a" * 1000),
        ("/" + "*a" * 100 + "*/" + "*a" * 100 + "b", "a" * 500 + "/" + "a" * 500),
        ("**/*a*a/" * 100 + "b", "aaaa/" * 200 + "c"),
        ("**/" + "*/" * 300 + "b", "a/" * 500 + "c"),
        ("[[:" * 1000, "a"),
    ],
)
def test_patterns_that_would_take_for_ever_end(line: str, path: str) -> None:
    """With expressions that try again what they have passed each of these takes longer than anybody waits."""
    rules = Rules()
    rules.add("", f"{line}\n" * 20)
    assert not rules.leave_out(path, is_folder=False)
    assert rules.work >= 20 * len(line) * len(path)
