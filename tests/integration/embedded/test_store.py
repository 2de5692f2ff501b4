"""The embedded Postgres by itself."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from models.errors import Unavailable
from services.infra.database import make_engine
from services.infra.embedded import EmbeddedPostgres
from services.infra.postmaster import running_url
from tests.support.processes import are_gone


def ask(url: str, statement: str) -> str | None:
    """The one value a statement gives, committed."""

    async def run() -> str | None:
        engine = make_engine(url)
        async with engine.begin() as connection:
            result = await connection.execute(text(statement))
            value = str(result.scalar_one()) if result.returns_rows else None
        await engine.dispose()
        return value

    return asyncio.run(run())


def test_what_was_committed_survives_a_stop_and_a_start(folder: Path) -> None:
    store = EmbeddedPostgres(folder / "postgres")
    ask(store.start(), "CREATE TABLE kept AS SELECT 42 AS answer")
    store.stop()
    assert not store.is_running()
    try:
        assert ask(store.start(), "SELECT answer FROM kept") == "42"
    finally:
        store.stop()
    store.stop()


def test_vectors_are_searched_as_the_documentation_says(folder: Path) -> None:
    """On the extension that comes with the embedded server."""
    guide = Path("docs/operations.md").read_text("utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", guide, re.DOTALL)
    extension, index, query = (part.strip() for part in block.split(";") if part.strip())
    numbers = ", ".join(["0.5"] * 383)
    store = EmbeddedPostgres(folder / "postgres")
    try:
        url = store.start()
        columns = "document_id text, version int, index int, text text, vector real[]"
        ask(url, f"CREATE TABLE chunks ({columns})")
        ask(url, extension)
        ask(url, index.replace("CONCURRENTLY ", ""))
        values = f"('a', 1, 0, '', ARRAY[-1, {numbers}]), ('b', 1, 0, '', ARRAY[1, {numbers}])"
        ask(url, f"INSERT INTO chunks VALUES {values}, ('c', 1, 0, '', NULL), ('d', 1, 0, '', ARRAY[1])")
        nearest = query.replace("…", f"9, {numbers}").replace("LIMIT 5", "LIMIT 1")
        assert ask(url, nearest) == "b"
        ask(url, "ALTER ROLE CURRENT_USER SET enable_seqscan = off")
        assert "ix_chunks_vector_384" in (ask(url, f"EXPLAIN (FORMAT JSON) {nearest}") or "")
    finally:
        store.stop()


def test_the_server_dies_with_the_process_that_started_it(folder: Path) -> None:
    data = folder / "postgres"
    program = (
        "import os, signal, sys; from pathlib import Path;"
        "from services.infra.embedded import EmbeddedPostgres;"
        "EmbeddedPostgres(Path(sys.argv[1])).start(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(data)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert are_gone(str(data), within=100)
    store = EmbeddedPostgres(data)
    try:
        assert ask(store.start(), "SELECT 1") == "1"
    finally:
        store.stop()


def test_a_stale_pid_that_somebody_else_has_now_is_no_obstacle(folder: Path) -> None:
    store = EmbeddedPostgres(folder / "postgres")
    store.start()
    store.stop()
    stale = f"{os.getppid()}\n{store.folder}\n1700000000\n5432\n{store.folder}\n\n  8826964  65536\nready\n"
    (store.folder / "postmaster.pid").write_text(stale)
    assert running_url(store.folder) is None
    try:
        assert ask(store.start(), "SELECT 1") == "1"
    finally:
        store.stop()


def test_a_path_too_long_for_a_socket_is_no_obstacle(folder: Path) -> None:
    store = EmbeddedPostgres(folder / ("deep" * 25) / "postgres")
    try:
        url = store.start()
        assert ask(url, "SELECT 1") == "1"
        assert running_url(store.folder) == url
    finally:
        store.stop()


def test_a_folder_with_something_else_in_it_is_left_alone(folder: Path) -> None:
    data = folder / "postgres"
    data.mkdir()
    (data / "letter.txt").write_text("mine")
    with pytest.raises(Unavailable, match="No database can be made"):
        EmbeddedPostgres(data).start()
    assert [path.name for path in folder.rglob("*")] == ["postgres", "letter.txt"]


def test_only_the_owner_may_come_near_the_data_and_the_socket(folder: Path) -> None:
    store = EmbeddedPostgres(folder / "postgres")
    try:
        url = store.start()
        assert store.folder.stat().st_mode & 0o077 == 0
        assert ask(url, "SHOW listen_addresses") == ""
    finally:
        store.stop()
