"""Small files, short functions, plain names."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support import source

FILE_LINES = 300
FUNCTION_LINES = 40
SHAPELESS_NAMES = {"utils", "util", "core", "common", "helpers", "helper", "misc", "manager", "managers"}
REEXPORTING = {"models/tables/__init__.py"}  # Alembic and Base.metadata need every table loaded
GENERATED = "migrations/versions"

OURS = [*source.modules(*source.PACKAGES)]
WITH_TESTS = [*OURS, *source.modules("tests")]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of the file with its length in lines, from `def` to its last line."""
    for node in ast.walk(source.tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_the_cap() -> None:
    lengths = {
        source.name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in WITH_TESTS
    }
    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == {}


def test_no_function_is_longer_than_the_cap() -> None:
    lengths = [
        (source.name_of(path), name, length)
        for path in OURS
        if GENERATED not in source.name_of(path)
        for name, length in functions(path)
    ]
    assert [(path, name, length) for path, name, length in lengths if length > FUNCTION_LINES] == []


def test_a_package_is_introduced_by_one_docstring_and_reexports_nothing() -> None:
    packages = [
        path for path in OURS if path.name == "__init__.py" and source.name_of(path) not in REEXPORTING
    ]
    assert packages
    assert [
        source.name_of(path) for path in packages if not is_one_docstring(source.tree_of(path).body)
    ] == []


def is_one_docstring(body: list[ast.stmt]) -> bool:
    """A string that stands alone, and nothing after it."""
    return (
        len(body) == 1
        and isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    )


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [source.name_of(path) for path in OURS if SHAPELESS_NAMES & {path.stem, path.parent.name}] == []


def test_the_cap_on_functions_sees_nested_and_asynchronous_ones(tmp_path: Path) -> None:
    lines = ["async def outer():", "    def inner():", *["        pass"] * 3]
    (tmp_path / "long.py").write_text("\n".join(lines), encoding="utf-8")
    assert dict(functions(tmp_path / "long.py")) == {"outer": 5, "inner": 4}
