"""A real Redis for tests: the one that is named, the one that answers, or one started here."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.support import debian

LOCAL = "redis://127.0.0.1:6379"
NUMBERS = range(1, 16)  # database 0 may hold somebody's data
CLAIM = "kerf:test:claimed-by"
PACKAGES = ("redis-server", "redis-tools")


@contextmanager
def server() -> Iterator[str]:
    """The address of an empty Redis database that is ours until the end of the run."""
    named = os.environ.get("KERF_TEST_REDIS_URL")
    if named:
        yield named
        return
    number = claim_number(LOCAL)
    if number is None:
        with started() as url:
            yield url
        return
    url = f"{LOCAL}/{number}"
    try:
        yield url
    finally:
        with closing(Redis.from_url(url)) as client:
            client.flushdb()


def claim_number(url: str) -> int | None:
    """An empty database of the server at `url`, marked as taken; None where no server or none is free."""
    for number in NUMBERS:
        with closing(Redis.from_url(f"{url}/{number}", socket_connect_timeout=1)) as client:
            try:
                if client.dbsize() == 0 and client.set(CLAIM, os.getpid(), nx=True):
                    return number
            except RedisError:
                return None
    return None


@contextmanager
def started(port: int | None = None) -> Iterator[str]:
    """A private redis-server, on a free port if none is given, that keeps nothing on disk."""
    program, environment = find_program()
    with tempfile.TemporaryDirectory(prefix="kerf-redis-") as folder:
        port = port or free_port()
        options = {"port": str(port), "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": folder}
        command = [program, *(part for key, value in options.items() for part in (f"--{key}", value))]
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **environment})
        try:
            wait_until_it_answers(port, process, Path(folder) / "log")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(timeout=120)


def find_program() -> tuple[str, Mapping[str, str]]:
    """The redis-server of this machine, else Debian's own, unpacked beside the checkout without root."""
    installed = shutil.which("redis-server")
    if installed:
        return installed, {}
    root = debian.unpacked(*PACKAGES)
    libraries = ":".join(str(path) for path in sorted(root.glob("usr/lib/*-linux-gnu")))
    return str(root / "usr/bin/redis-server"), {"LD_LIBRARY_PATH": libraries}


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listened on a moment ago."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the server answers PING; raises with its log if it ends or is silent for 120 seconds."""
    deadline = time.monotonic() + 120
    with closing(Redis(port=port)) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                client.ping()
            except RedisError:
                time.sleep(0.02)
            else:
                return
    raise RuntimeError(f"redis-server did not answer:\n{log.read_text()}")
