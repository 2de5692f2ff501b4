"""Which Unix account runs the embedded Postgres: our own, except as root, which Postgres refuses."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import structlog

from models.errors import Unavailable

LOG = structlog.get_logger(__name__)

SERVICE_ACCOUNTS = ("postgres", "pgserver")
CREATED = "pgserver"
LAST_RESORT = "nobody"
SEARCHABLE = 0o001
READABLE = 0o004


@dataclass(frozen=True, slots=True)
class Account:
    """A user and its group, by number."""

    uid: int
    gid: int


def account_for(folder: Path) -> Account | None:
    """Who shall own `folder` and run the server; None means this process's own user.

    As root an existing folder keeps its owner; a new one goes to a service account of this machine,
    or to `pgserver`, which is then created.
    """
    if os.geteuid() != 0:
        return None
    if folder.exists() and folder.stat().st_uid != 0:
        owner = _by_number(folder.stat().st_uid)
        if owner is None:
            raise Unavailable(
                f"{folder} belongs to user {folder.stat().st_uid}, whom this machine does not know."
            )
        return owner
    return _by_name(*SERVICE_ACCOUNTS) or _created() or _by_name(LAST_RESORT)


def give(path: Path, account: Account | None) -> None:
    """Makes `path` the account's own and nobody else's business."""
    path.chmod(0o700)
    if account is not None:
        os.chown(path, account.uid, account.gid)


def make_reachable(path: Path, account: Account | None) -> None:
    """Lets the account pass through the folders above `path`, without letting it list them."""
    if account is None:
        return
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & SEARCHABLE and folder.stat().st_uid != account.uid:
            LOG.warning(
                "folder_opened_for_postgres", folder=str(folder), mode=oct((mode | SEARCHABLE) & 0o777)
            )
            folder.chmod(mode | SEARCHABLE)


def make_readable(tree: Path, account: Account | None) -> None:
    """Lets the account read and run an installed tree, which a strict umask may have closed."""
    if account is None:
        return
    make_reachable(tree, account)
    for path in (tree, *tree.rglob("*")):
        mode = path.lstat().st_mode
        wanted = READABLE | (SEARCHABLE if mode & 0o100 else 0)
        if not path.is_symlink() and mode & wanted != wanted:
            path.chmod(mode | wanted)


def _created() -> Account | None:
    command = shutil.which("useradd")
    if command is None:
        return None
    arguments = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", CREATED]
    subprocess.run([command, *arguments], check=False, capture_output=True)  # noqa: S603 - fixed arguments
    return _by_name(CREATED)


def _by_name(*names: str) -> Account | None:
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return None


def _by_number(uid: int) -> Account | None:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)
