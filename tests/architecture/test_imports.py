"""Who may import whom, and what importing costs."""

import subprocess
import sys
from pathlib import Path

import pytest

import models
from tests.support import source

HEAVY = ("docx", "lxml", "numpy", "nupunkt", "onnxruntime", "pymupdf", "tiktoken", "tokenizers")
SERVERS = ("celery", "fastapi", "psycopg", "sqlalchemy", "uvicorn")
CLI_MODULES = 420
"""What the command line may load before a command is known: 335 on Python 3.11."""


def run_python(code: str) -> str:
    """Standard output of a fresh interpreter that starts in the repository's root."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=source.ROOT, capture_output=True, text=True, check=True
    ).stdout


def loaded_by(module: str) -> set[str]:
    """The top-level modules that are loaded once `module` is imported."""
    listing = run_python(f"import sys, {module}; print(*(name for name in sys.modules if '.' not in name))")
    return set(listing.split())


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=source.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_our_package_names_are_not_taken_by_an_installed_package() -> None:
    assert Path(models.__file__ or "").is_relative_to(source.ROOT)


@pytest.mark.parametrize("module", ["api.app", "cli.main", "workers.app"])
def test_an_entry_point_loads_no_parser_and_no_model(module: str) -> None:
    assert loaded_by(module).isdisjoint(HEAVY)


def test_the_command_line_loads_no_server_before_a_command_needs_it() -> None:
    assert loaded_by("cli.main").isdisjoint(SERVERS)


def test_the_command_line_imports_little() -> None:
    assert int(run_python("import sys, cli.main; print(len(sys.modules))")) < CLI_MODULES


def test_exactly_one_file_imports_pymupdf() -> None:
    importers = [
        path for path in source.modules(*source.PACKAGES) if {"pymupdf", "fitz"} & source.imports_of(path)
    ]
    assert [source.name_of(path) for path in importers] == ["services/extraction/pdf.py"]
