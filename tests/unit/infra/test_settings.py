"""Settings come from KERF_ variables, checked once, and show no secret."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.infra.config import Settings


def test_a_variable_sets_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERF_MAX_PAGES", "7")
    monkeypatch.setenv("KERF_LOG_LEVEL", "WARNING")
    settings = Settings()
    assert settings.max_pages == 7
    assert settings.log_level == "warning"


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERF_REDIS_URL", "")
    monkeypatch.setenv("KERF_MAX_PAGES", "")
    assert Settings().redis_url is None
    assert Settings().max_pages == Settings.model_fields["max_pages"].default


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_url_is_brought_to_one_form(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("KERF_DATABASE_URL", f"{scheme}://kerf:s3cret@host/kerf")
    url = Settings().database_url
    assert url is not None
    assert url.get_secret_value() == "postgresql+psycopg://kerf:s3cret@host/kerf"


def test_another_kind_of_database_is_refused_without_showing_the_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERF_DATABASE_URL", "mysql://kerf:s3cret@host/kerf")
    with pytest.raises(ValidationError, match="must start with postgresql://") as caught:
        Settings()
    assert "s3cret" not in str(caught.value)


def test_printed_settings_hide_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERF_DATABASE_URL", "postgresql://kerf:s3cret@host/kerf")
    monkeypatch.setenv("KERF_REDIS_URL", "redis://:s3cret@host/0")
    assert "s3cret" not in repr(Settings())


def test_data_goes_where_the_platform_keeps_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KERF_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert Settings().data_dir == Path("/somewhere/kerf")
    monkeypatch.delenv("XDG_DATA_HOME")
    assert Settings().data_dir == Path.home() / ".local" / "share" / "kerf"


def test_there_are_few_enough_settings_to_know_them_all() -> None:
    assert len(Settings.model_fields) <= 60


@pytest.mark.parametrize("name", ["MAX_PAGES", "LEASE_SECONDS", "WORKER_CONCURRENCY", "MAX_UPLOAD_MB"])
def test_a_limit_of_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"KERF_{name}", "0")
    with pytest.raises(ValidationError):
        Settings()
