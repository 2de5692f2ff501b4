"""`kerf doctor` tells of a key for webhook secrets that is missing, weak, open to others, or another one."""

import os
from pathlib import Path

import pytest

from cli.check_secrets import check_secret_key
from cli.findings import Finding, State
from models.tables.tenants import DEFAULT_TENANT
from services import keys
from services.infra.config import Settings
from services.infra.peppers import Peppers
from services.infra.secrets import KEY_FILE, SHORTEST_KEY, load_cipher, weakness
from tests.integration.cli.test_operations import kerf
from tests.integration.webhooks import scene
from tests.integration.webhooks.scene import KEY, Sessions

OTHER = "quite another key but as long and as random"


async def examined(url: str | None, folder: Path, key: str | None = None) -> Finding:
    return await check_secret_key(Settings.model_validate({"data_dir": folder, "secret_key": key}), url)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("short", "fewer than 32 characters"),
        ("a" * 64, "1 different characters"),
        ("abcabcabcabcabcabcabcabcabcabcabc", "3 different characters"),
        ("0123456701234567012345670123456701234567", "8 different characters"),
    ],
)
def test_a_key_that_can_be_guessed_is_weak(key: str, why: str) -> None:
    assert why in (weakness(key) or "")


def test_random_keys_are_not_weak() -> None:
    assert [weakness(os.urandom(24).hex()) for _ in range(200)] == [None] * 200
    assert weakness(KEY) is None
    assert len(KEY) >= SHORTEST_KEY


async def test_no_key_is_fine_as_long_as_nothing_is_sealed(
    sessions: Sessions, postgres_url: str, tmp_path: Path
) -> None:
    found = await examined(postgres_url, tmp_path)
    assert found.state is State.ABSENT
    assert os.listdir(tmp_path) == [], "looking makes no key"  # noqa: PTH208 - of a test
    await scene.endpoint(sessions, "http://127.0.0.1:8080/hook")
    found = await examined(postgres_url, tmp_path)
    assert (found.state, "1 webhooks" in found.detail) == (State.BROKEN, True)


async def test_only_the_key_that_sealed_is_the_right_one(
    sessions: Sessions, postgres_url: str, tmp_path: Path
) -> None:
    for number in range(3):
        await scene.endpoint(sessions, f"http://127.0.0.1:8080/{number}")
    assert (await examined(postgres_url, tmp_path, KEY)).state is State.GOOD
    assert (await examined(postgres_url, tmp_path, f"{OTHER}, {KEY}")).state is State.GOOD
    wrong = await examined(postgres_url, tmp_path, OTHER)
    assert (wrong.state, "3 webhooks" in wrong.detail) == (State.BROKEN, True)
    assert OTHER not in wrong.detail


async def test_keys_that_another_secret_made_are_told_of(
    sessions: Sessions, postgres_url: str, tmp_path: Path
) -> None:
    async with sessions.begin() as session:
        await keys.create(session, DEFAULT_TENANT, "laptop", peppers=Peppers([KEY]))
        await keys.create(session, DEFAULT_TENANT, "of before")
    assert (await examined(postgres_url, tmp_path, f"{OTHER}, {KEY}")).state is State.GOOD
    for found in (await examined(postgres_url, tmp_path, OTHER), await examined(postgres_url, tmp_path)):
        assert (found.state, "1 API keys" in found.detail) == (State.BROKEN, True)


def test_a_key_is_made_with_the_secret_that_is_here_and_a_foreign_one_is_warned_of(
    database_url: str, tmp_path: Path
) -> None:
    made = kerf("keys", "create", "one", database_url=database_url, secret_key=KEY)
    assert (made.returncode, made.stderr.count("\n")) == (0, 1)
    made = kerf("keys", "create", "two", database_url=database_url, secret_key=OTHER)
    assert made.returncode == 0
    assert made.stderr.startswith("kerf: 1 keys were made with another secret")
    made = kerf("keys", "create", "three", database_url=database_url, data_dir=str(tmp_path))
    assert (made.returncode, made.stderr.count("\n")) == (0, 1)
    assert not (tmp_path / KEY_FILE).exists(), "a secret made here would be known to nobody"


async def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    load_cipher(None, tmp_path)
    assert (await examined(None, tmp_path)).state is State.GOOD
    (tmp_path / KEY_FILE).chmod(0o644)
    opened = await examined(None, tmp_path)
    assert (opened.state, "open to others" in opened.detail) == (State.BROKEN, True)
    (tmp_path / KEY_FILE).chmod(0o600)
    (tmp_path / KEY_FILE).write_text("guess me", encoding="ascii")
    assert (await examined(None, tmp_path)).state is State.BROKEN


def test_the_doctor_names_a_weak_key_and_does_not_show_it(tmp_path: Path) -> None:
    key = "abababab" * 8
    found = kerf("doctor", secret_key=key, data_dir=str(tmp_path))
    assert found.returncode == 1
    assert key not in found.stdout + found.stderr
    (line,) = [line for line in found.stdout.splitlines() if line.startswith("BROKEN")]
    assert "secret key" in line
    assert "openssl rand" in line
    short = kerf("doctor", secret_key="short", data_dir=str(tmp_path))
    assert (short.returncode, short.stderr.startswith("kerf: KERF_SECRET_KEY: ")) == (2, True)
