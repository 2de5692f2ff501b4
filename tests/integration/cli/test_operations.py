"""The commands that look after an installation, as processes on real servers."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from cli.keys import moment
from cli.tenants import parsed
from models.errors import InvalidInput
from services.infra.storage import QUARANTINE, LocalStorage, address


def kerf(*command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """`kerf COMMAND` to its end, with only these settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KERF_")}
    given = {f"KERF_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *command],
        env={**clean, **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_an_empty_database_is_migrated_and_then_found_good(
    empty_database_url: str, redis_url: str, tmp_path: Path
) -> None:
    settings = {"database_url": empty_database_url, "redis_url": redis_url, "data_dir": str(tmp_path)}
    before = kerf("doctor", **settings)
    assert before.returncode == 1
    assert "run `kerf migrate`" in before.stdout
    migrated = kerf("migrate", **settings)
    assert migrated.returncode == 0, migrated.stderr
    after = kerf("doctor", **settings)
    assert after.returncode == 0, after.stdout
    assert "BROKEN" not in after.stdout
    assert "kept apart by row-level security, as role kerf_app_" in after.stdout


def test_the_doctor_shows_settings_and_no_secrets(tmp_path: Path) -> None:
    url = "postgresql://kerf:hunter2@127.0.0.1:1/kerf"
    found = kerf(
        "doctor", database_url=url, redis_url="redis://:hunter3@127.0.0.1:1/0", data_dir=str(tmp_path)
    )
    assert found.returncode == 1
    assert "hunter" not in found.stdout + found.stderr
    assert "kerf:***@127.0.0.1:1/kerf" in found.stdout
    assert sum(line.startswith("BROKEN") for line in found.stdout.splitlines()) == 2


def test_a_wrong_setting_is_one_line_that_names_it() -> None:
    found = kerf("serve", port="many")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("kerf: KERF_PORT: ")
    assert len(found.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["CUDAExecutionProvider", "CPUExecutionProvider,AzureExecutionProvider"])
def test_providers_that_parsers_cannot_use_are_told_before_anything_starts(name: str, tmp_path: Path) -> None:
    for command in (("worker",), ("up",)):
        found = kerf(*command, providers=name, data_dir=str(tmp_path))
        assert (found.returncode, found.stderr.count("\n")) == (2, 1)
        assert found.stderr.startswith("kerf: KERF_PROVIDERS: ")
        assert name.rpartition(",")[2] in found.stderr
    found = kerf("doctor", providers=name, data_dir=str(tmp_path))
    assert next(line for line in found.stdout.splitlines() if "providers " in line).startswith("BROKEN")


def test_what_is_missing_is_one_line_that_names_it(database_url: str) -> None:
    for command in (("worker",), ("beat",)):
        found = kerf(*command, database_url=database_url)
        assert (found.returncode, found.stderr.count("\n")) == (2, 1)
        assert "KERF_REDIS_URL" in found.stderr
    found = kerf("migrate")
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)
    assert "KERF_DATABASE_URL" in found.stderr


def test_a_database_that_is_not_there_is_one_line(database_url: str) -> None:
    wrong = make_url(database_url).set(port=1).render_as_string(hide_password=False)
    found = kerf("migrate", database_url=wrong)
    assert found.returncode == 1
    assert found.stderr.splitlines()[-1].startswith("kerf: the database cannot be migrated")


def test_what_cannot_be_pulled_is_one_line_that_says_what_can() -> None:
    found = kerf("models", "pull", "tiktoken:gpt2")
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)
    assert "tiktoken:o200k_base" in found.stderr


def test_keys_are_made_listed_and_revoked(database_url: str) -> None:
    made = kerf("keys", "create", "laptop", database_url=database_url)
    assert made.returncode == 0, made.stderr
    key, key_id = made.stdout.strip(), made.stderr.split()[0]
    made = kerf("keys", "create", "reader", "--scope", "read", "--expires", "90d", database_url=database_url)
    assert made.returncode == 0, made.stderr
    listed = kerf("keys", "list", database_url=database_url)
    first, second = listed.stdout.splitlines()
    assert first.startswith(key_id)
    assert first.split()[3:8] == ["active", "write", "no", "end", "never"]
    assert second.split()[3:6] == ["active", "read", "until"]
    assert key not in listed.stdout
    assert made.stdout.strip() not in listed.stdout
    assert kerf("keys", "revoke", key_id, database_url=database_url).returncode == 0
    assert "revoked" in kerf("keys", "list", database_url=database_url).stdout
    unknown = kerf("keys", "revoke", "key_nobody", database_url=database_url)
    assert (unknown.returncode, unknown.stderr) == (2, "kerf: not_found: There is no API key key_nobody.\n")


def test_tenants_are_made_and_their_limits_lowered(database_url: str) -> None:
    assert kerf("tenants", "create", "small", "Small & Sons", database_url=database_url).returncode == 0
    lowered = kerf(
        "tenants", "limits", "small", "max_pages=500", "deadline_seconds=2.5", database_url=database_url
    )
    assert lowered.stdout == "deadline_seconds=2.5\nmax_pages=500\n"
    listed = kerf("tenants", "list", database_url=database_url)
    assert "Small & Sons  deadline_seconds=2.5 max_pages=500" in listed.stdout
    assert kerf("keys", "create", "laptop", "--tenant", "small", database_url=database_url).returncode == 0
    unknown = kerf("keys", "create", "laptop", "--tenant", "nobody", database_url=database_url)
    assert (unknown.returncode, unknown.stderr) == (2, "kerf: not_found: There is no tenant nobody.\n")


def test_the_end_of_a_key_is_a_time_from_now_or_a_moment() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert moment("90d", now) == datetime(2027, 2, 19, tzinfo=UTC)
    assert moment("12h", now) - now == timedelta(hours=12)
    assert moment("2030-01-01T00:00:00+01:00", now) == datetime(2029, 12, 31, 23, tzinfo=UTC)
    assert moment("2030-01-01", now) == datetime(2030, 1, 1, tzinfo=UTC)
    for wrong in ("", "90", "90w", "-1d", "soon", "999999999d"):
        with pytest.raises(InvalidInput):
            moment(wrong, now)


def test_a_change_of_a_limit_has_a_name_and_a_number_or_nothing() -> None:
    assert parsed("max_pages=500") == ("max_pages", 500.0)
    assert parsed("max_pages=") == ("max_pages", None)
    for wrong in ("max_pages", "max_pages=many", ""):
        with pytest.raises(InvalidInput):
            parsed(wrong)


def test_a_sweep_reports_first_and_removes_when_told(database_url: str, tmp_path: Path) -> None:
    settings = {"database_url": database_url, "data_dir": str(tmp_path)}
    nothing = kerf("sweep", **settings)
    assert (nothing.returncode, nothing.stderr.count("\n")) == (2, 1)
    root = tmp_path / "objects"
    stored = asyncio.run(LocalStorage(root).put(b"orphan"))
    os.utime(address(root, stored.sha256), (0, 0))
    for _ in range(2):
        reported = kerf("sweep", **settings)
        assert [line.split() for line in reported.stdout.splitlines()] == [
            ["stored", "1", "files", "6", "bytes"],
            ["unused", "1", "files", "6", "bytes"],
        ], reported.stderr
    assert "set aside          1 files" in kerf("sweep", "--remove", **settings).stdout
    os.utime(root / QUARANTINE / stored.sha256, (0, 0))
    assert "removed            1 files" in kerf("sweep", "--remove", **settings).stdout
    assert "stored             0 files" in kerf("sweep", **settings).stdout
