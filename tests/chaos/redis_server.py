"""A Redis of a storm's own: killed and started again on the same port, with nothing kept on disk."""

import os
import subprocess
from contextlib import closing
from pathlib import Path

from redis import Redis

from tests.support.redis import find_program, free_port, wait_until_it_answers


class RedisServer:
    """Forgets everything whenever it is killed."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._program, self._environment = find_program()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        log = self._folder / "redis.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [self._program, *self._options()],
                stdout=output,
                stderr=output,
                env={**os.environ, **self._environment},
                start_new_session=True,
            )
        wait_until_it_answers(self.port, self._process, log)

    def kill(self) -> None:
        """Gone, with all it held."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None

    def restart(self) -> None:
        """Killed and there again, empty."""
        self.kill()
        self.start()

    def _options(self) -> list[str]:
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        return [*where, "--save", "", "--appendonly", "no"]

    def flush(self) -> None:
        """FLUSHALL."""
        with closing(Redis(port=self.port)) as client:
            client.flushall()
