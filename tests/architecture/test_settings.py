"""The settings people read about are the settings that exist."""

import re

from services.infra.config import PREFIX, Settings
from tests.support import source

# Fixed by the image and by docker-compose.yml, or of no meaning inside a container.
NOT_FOR_COMPOSE = {"data_dir", "models_dir", "host", "port"}
DIFFERENT_IN_COMPOSE = {"database_url", "redis_url", "log_format", "worker_concurrency", "inference_socket"}
LINE = re.compile(rf"^#?{PREFIX}([A-Z_]+)=(.*)$", re.MULTILINE)


def documented() -> dict[str, str]:
    """Every setting of `.env.example` with the value that is written there."""
    text = (source.ROOT / ".env.example").read_text(encoding="utf-8")
    return {name.lower(): value for name, value in LINE.findall(text)}


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    assert set(documented()) == set(Settings.model_fields) - NOT_FOR_COMPOSE


def test_the_documented_values_are_the_defaults() -> None:
    written = {name: value for name, value in documented().items() if name not in DIFFERENT_IN_COMPOSE}
    read = Settings.model_validate(written)
    defaults = Settings.model_construct()
    assert {name: getattr(read, name) for name in written} == {
        name: getattr(defaults, name) for name in written
    }
