"""The whole system in containers, as `docker compose up --build --wait` starts it: `make test-compose`.

A slow machine makes these tests long, never red: every wait ends only after far more than anybody needs.
"""

import json
import os
import secrets
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

import httpx2
import pytest

from tests.support import source
from tests.support.redis import free_port

WANTED = os.environ.get("KERF_TEST_COMPOSE") == "1"
PATIENCE = 3600.0


def engine_answers() -> bool:
    """Whether a Docker engine with Compose can be used here."""
    try:
        subprocess.run(["docker", "info"], capture_output=True, check=True, timeout=20)
        subprocess.run(["docker", "compose", "version"], capture_output=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


@dataclass(frozen=True)
class System:
    """One compose project of some files, with names, a port, networks and volumes of its own."""

    project: str = field(default_factory=lambda: f"kerf-test-{secrets.token_hex(4)}")
    port: int = field(default_factory=free_port)
    files: tuple[str, ...] = ("docker-compose.yml",)
    third: int = field(default_factory=lambda: secrets.randbelow(200))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """What of the environment makes it this one."""
        return {
            "COMPOSE_FILE": ":".join(str(source.ROOT / name) for name in self.files),
            "PUBLISH": f"127.0.0.1:{self.port}",
            "IMAGE_TAG": "test",
            "PROXY_NETWORK": f"10.213.{self.third}.0/24",
            "PROXY_ADDRESS": f"10.213.{self.third}.10",
        }

    def compose(
        self, *arguments: str, check: bool = True, settings: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """Runs `docker compose` on this project; on failure its output is in the error."""
        environment = {**os.environ, **self.settings, **settings}
        command = ["docker", "compose", "--project-name", self.project, *arguments]
        done = subprocess.run(
            command,
            cwd=source.ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert not check or done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done

    def running(self) -> set[str]:
        """The services that run."""
        return set(self.containers())

    def containers(self) -> Counter[str]:
        """How many containers of each service run."""
        lines = self.compose("ps", "--format", "json").stdout.splitlines()
        entries = [json.loads(line) for line in lines]
        return Counter(entry["Service"] for entry in entries if entry["State"] == "running")

    def in_api(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a command inside the running API container."""
        return self.compose("exec", "--no-TTY", "api", *command, check=check)


@contextmanager
def started(system: System) -> Iterator[System]:
    """Built, started and answering; removed with its volumes afterwards."""
    if not WANTED:
        pytest.skip("set KERF_TEST_COMPOSE=1, or run: make test-compose")
    if not engine_answers():
        pytest.skip("no Docker engine answers")
    try:
        begun = system.compose("up", "--build", "--wait", check=False)
        assert begun.returncode == 0, begun.stderr + system.compose("logs", "--no-color").stdout
        yield system
    finally:
        system.compose("down", "--volumes", "--timeout", "20", check=False)


@contextmanager
def connected(system: System) -> Iterator[httpx2.Client]:
    """A client with a key made by the command line inside the API's container."""
    key = system.in_api("kerf", "keys", "create", "compose-test").stdout.split()[-1]
    headers = {"Authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=system.url, headers=headers, timeout=60) as made:
        yield made


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """As `docker compose up --build --wait` starts it."""
    with started(System()) as running:
        yield running


@pytest.fixture(scope="module")
def client(system: System) -> Iterator[httpx2.Client]:
    """A caller of it."""
    with connected(system) as made:
        yield made
