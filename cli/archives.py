"""Archives on the command line: opened by the sandboxed parser, their files handed on one at a time."""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from cli.files import File, skipped

if TYPE_CHECKING:
    from services.runner.values import Result


def may_be_archive(path: Path) -> bool:
    """Whether the file begins as archives do."""
    from services.extraction.members import ZIP_MARKS
    from services.extraction.streams import packing_of
    from services.extraction.tar import BLOCK, is_tar

    with path.open("rb") as file:
        head = file.read(BLOCK)
    return head.startswith(ZIP_MARKS) or packing_of(head) is not None or is_tar(head)


def members_of(archive: File, result: "Result", written: Path, place: Path) -> Iterator[tuple[File, Path]]:
    """The members in order of their paths, each in turn a file at `place`; what was left out is reported."""
    from services.infra.storage import pieces

    left_out = result.manifest["skipped"]
    for one in sorted(left_out["files"], key=lambda one: str(one["path"])):
        skipped(f"{archive.name}/{one['path']}", one["reason"])
    more = sum(left_out["counts"].values()) - len(left_out["files"])
    if more:
        skipped(archive.name, f"{more} more")
    ends = accumulate(member.size for member in result.members)
    for member, end in sorted(zip(result.members, ends, strict=True)):
        fill(place, pieces(written, range(end - member.size, end)))
        yield File(f"{archive.name}/{member.path}", member.path), place


def fill(place: Path, parts: Iterable[bytes]) -> None:
    """Write a file anew."""
    with place.open("wb") as file:
        file.writelines(parts)
