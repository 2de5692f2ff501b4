"""The embedded store: a real Postgres out of a wheel, a child of this process, on a Unix socket.

The wheel's own start-up code daemonises the server and believes a stale process id that somebody else has
now; so only its programs are used here. The server dies with the process that started it.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TypedDict

import psycopg
from psycopg import sql

from models.errors import Unavailable
from services.infra.account import Account, account_for, give, make_reachable, make_readable
from services.infra.postmaster import (
    DATABASE,
    USER,
    is_postgres,
    postmaster_pid,
    programs,
    socket_folder,
    url,
)

START_SECONDS = 60.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.02
PR_SET_PDEATHSIG = 1
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}
# `builtin` collation needs no locale of the machine and sorts the same on every one.
INITDB = (
    "--auth=trust",  # the socket's folder is open to nobody but the owner of the data
    f"--username={USER}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)


class EmbeddedPostgres:
    """One server over one folder. `start` gives its URL; `stop` is clean and may be called twice.

    Call `start` in the main thread: the kernel ends the server when the thread that started it ends.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._programs = programs(self.folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._sockets: Path | None = None

    def start(self) -> str:
        """Makes the folder on first use, starts the server and waits until it answers; its SQLAlchemy URL."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        account = account_for(self.folder)
        make_readable(self._programs.parent, account)
        make_reachable(self.folder, account)
        if not (self.folder / "PG_VERSION").exists():
            self._initialise(account)
        self._end_a_leftover(account)
        self._sockets = socket_folder(self.folder, account)
        self._process = self._launch(account)
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise
        return url(self._sockets)

    def is_running(self) -> bool:
        """Whether the server process is alive."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Ends every session and the server, with everything committed on disk."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)  # Postgres calls this a fast shutdown
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.send_signal(
                    signal.SIGQUIT
                )  # an immediate one: recovers from its log at the next start
                process.wait(STOP_SECONDS)
        if self._sockets is not None and self._sockets != self.folder:
            shutil.rmtree(self._sockets, ignore_errors=True)
        self._sockets = None

    def _initialise(self, account: Account | None) -> None:
        made = Path(tempfile.mkdtemp(prefix=".postgres-", dir=self.folder.parent))
        try:
            give(made, account)
            self._run(account, "initdb", *INITDB, f"--pgdata={made}")
            made.rename(self.folder)  # also over an empty folder
        except OSError as error:
            raise Unavailable(f"No database can be made in {self.folder}: {error.strerror}.") from error
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _end_a_leftover(self, account: Account | None) -> None:
        """A server whose parent was killed is stopped; the pid file of a dead one is removed.

        Postgres itself refuses to start when the number in the file belongs to any living process,
        as happens after a restart of a container.
        """
        file = self.folder / "postmaster.pid"
        pid = postmaster_pid(self.folder)
        if pid is None:
            return
        if is_postgres(pid):
            self._run(account, "pg_ctl", "stop", "--wait", "--mode=fast", f"--pgdata={self.folder}")
        file.unlink(missing_ok=True)

    def _launch(self, account: Account | None) -> subprocess.Popen[bytes]:
        command = [str(self._programs / "postgres"), "-D", str(self.folder), "-k", str(self._sockets)]
        command += ["-p", "5432", "-c", "listen_addresses=", "-c", "logging_collector=off"]
        with (self.folder.parent / "postgres.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - the wheel's own program
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=ENVIRONMENT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, before any thread of ours exists
                **_identity(account),
            )

    def _run(self, account: Account | None, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - the wheel's own program
            [str(self._programs / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=ENVIRONMENT,
            cwd="/",
            **_identity(account),
        )
        if done.returncode != 0:
            raise Unavailable(f"{program} failed: {(done.stderr or done.stdout).strip()[-500:]}")

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if not self.is_running() or time.monotonic() > deadline:
                log = (self.folder.parent / "postgres.log").read_text(errors="replace")
                raise Unavailable(f"The embedded Postgres did not start: {log.strip()[-500:]}")
            time.sleep(POLL_SECONDS)

    def _answers(self) -> bool:
        """Whether the database can be used; it is created here the first time."""
        try:
            connection = psycopg.connect(
                host=str(self._sockets), port=5432, user=USER, dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError:
            return False
        with connection:
            if (
                connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
                is None
            ):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        return True


class _Identity(TypedDict):
    user: int | None
    group: int | None
    extra_groups: list[int] | None


def _identity(account: Account | None) -> _Identity:
    if account is None:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
