"""A backup of `kerf up` as one tar file: the database first, then the bytes that its rows name.

Bytes are stored before the row that names them is committed, and are not removed within the grace of a sweep.
So whatever a row of the dump names is in the folder when it is read afterwards. What came in meanwhile is in
the file without a row, as what an upload leaves that broke off.
"""

import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from models.errors import InvalidInput
from services.infra.partials import PARTIAL
from services.infra.secrets import KEY_FILE
from services.infra.storage import INCOMING, sync_folder

DUMP = "kerf.dump"
OBJECTS = "objects"


def pack(data_dir: Path, target: Path, dump: Callable[[Path], None]) -> None:
    """Write the backup of a data folder, whole or not at all; `dump` writes the database into a file."""
    part = target.with_name(f".{target.name}.part")
    part.touch(0o600)  # it holds the secret key
    try:
        with (
            TemporaryDirectory(prefix=".kerf-", dir=target.parent) as made,
            part.open("wb") as file,
            tarfile.open(fileobj=file, mode="w") as archive,
        ):
            dump(Path(made) / DUMP)
            archive.add(Path(made) / DUMP, DUMP)
            known: set[str] = set()
            _add(archive, data_dir / KEY_FILE, KEY_FILE, known)
            for _ in range(2):  # a sweep may move what was not looked at yet to where was looked already
                _add(archive, data_dir / OBJECTS, OBJECTS, known)
        _sync(part)
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def check(source: Path) -> None:
    """InvalidInput for what `pack` did not write."""
    with _opened(source) as archive:
        first = archive.next()
    if first is None or first.name != DUMP:
        raise InvalidInput(f"{source} is no backup of Kerf: it does not begin with {DUMP}.")


def unpack(source: Path, data_dir: Path, load: Callable[[Path], None]) -> None:
    """Bring a backup back into a new data folder; `load` fills the database from a file. InvalidInput."""
    with TemporaryDirectory(prefix=".kerf-", dir=data_dir) as made:
        with _opened(source) as archive:
            archive.extractall(made, filter="data")
        load(Path(made) / DUMP)
        for name in (KEY_FILE, OBJECTS):
            if (Path(made) / name).exists():
                (Path(made) / name).rename(data_dir / name)


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, mode="r:") as archive:
            yield archive
    except (OSError, tarfile.TarError) as error:
        raise InvalidInput(f"{source} is no backup that can be read: {error}.") from error


def _add(archive: tarfile.TarFile, path: Path, name: str, known: set[str]) -> None:
    """A file, or a folder with all that is in it and stays there long enough to be read; each name once."""
    if path.is_dir():
        for entry in sorted(path.iterdir()):
            if entry.name not in {INCOMING, PARTIAL}:
                _add(archive, entry, f"{name}/{entry.name}", known)
    elif name not in known:
        with suppress(FileNotFoundError):
            archive.add(path, name)
            known.add(name)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
