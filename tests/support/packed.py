"""Archives of files, made on the spot in every format that Kerf opens."""

import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from typing import Literal

Files = Mapping[str, bytes]


def zipped(files: Files) -> bytes:
    """A ZIP archive, whose entries all bear the same date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tarred(
    files: Files, mode: Literal["w", "w:gz", "w:bz2", "w:xz"] = "w", form: int = tarfile.PAX_FORMAT
) -> bytes:
    """A tar archive, packed or not."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


FORMS: Mapping[str, Callable[[Files], bytes]] = {
    "a.zip": zipped,
    "a.tar": tarred,
    "a.tar.gz": lambda files: tarred(files, "w:gz"),
    "a.tar.bz2": lambda files: tarred(files, "w:bz2"),
    "a.tar.xz": lambda files: tarred(files, "w:xz"),
}
