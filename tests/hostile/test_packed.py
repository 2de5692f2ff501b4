"""P4: archives of files that do harm are opened in the sandbox; what is good of them becomes members."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import KerfError, WorkerCrashed
from models.limits import Limits
from models.members import Member
from services.runner.incoming import Incoming
from services.runner.process import Child
from services.runner.values import Request, Result
from services.runner.written import check_members
from tests.hostile import packed
from tests.hostile.archives import docx
from tests.support.packed import FORMS, zipped

OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 64}


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    found = Child(Limits(), models=tmp_path_factory.mktemp("models"))
    yield found
    found.close()


def unpack(
    child: Child, folder: Path, data: bytes, lowered: Mapping[str, float] = {}, *, is_wanted: bool = True
) -> Result:
    """What the parser answers; the bytes of the members are in `out`."""
    path = folder / "a"
    path.write_bytes(data)
    request = Request(
        path, "a", "doc_1", OPTIONS, artifact_out=folder / "out", lowered=lowered, unpack=is_wanted
    )
    return child.run(request, lambda _: True)


def code_of(child: Child, folder: Path, data: bytes, **lowered: float) -> str:
    try:
        unpack(child, folder, data, lowered)
    except KerfError as error:
        return error.code
    return "ready"


@pytest.mark.parametrize("name", packed.REFUSED)
def test_an_archive_that_is_beyond_use_is_refused_by_type(child: Child, tmp_path: Path, name: str) -> None:
    make, code = packed.REFUSED[name]
    assert code_of(child, tmp_path, make()) == code
    assert child.last_peak_mb < 256


@pytest.mark.parametrize("name", packed.LEFT_OUT)
def test_what_is_bad_of_an_archive_is_left_out_and_told(child: Child, tmp_path: Path, name: str) -> None:
    make, counts = packed.LEFT_OUT[name]
    found = unpack(child, tmp_path, make())
    assert list(found.members) == [Member("good.txt", 6)]
    assert (tmp_path / "out").read_bytes() == b"Good.\n"
    assert found.manifest["skipped"]["counts"] == counts
    assert len(found.manifest["skipped"]["files"]) == sum(counts.values())
    assert child.last_peak_mb < 256


def test_rules_that_would_take_for_ever_come_to_an_end(child: Child, tmp_path: Path) -> None:
    assert len(unpack(child, tmp_path, packed.greedy_rules()).members) == 51


@pytest.mark.parametrize("name", FORMS)
def test_every_format_gives_the_same_members(child: Child, tmp_path: Path, name: str) -> None:
    files = {"ä/b.txt": b"one\n", "ä/c.py": b"two\n", "d.md": b"three\n"}
    found = unpack(child, tmp_path, FORMS[name](files))
    assert [member.path for member in found.members] == list(files)
    assert (tmp_path / "out").read_bytes() == b"".join(files.values())


@pytest.mark.parametrize(("raw", "told"), [("ä.txt".encode(), "ä.txt"), (b"\x84.txt", "ä.txt")])
def test_names_that_are_not_flagged_are_utf_8_or_code_page_437(
    child: Child, tmp_path: Path, raw: bytes, told: str
) -> None:
    data = zipped({"x" * (len(raw) - 4) + ".txt": b"text\n"}).replace(b"x" * (len(raw) - 4) + b".txt", raw)
    assert [member.path for member in unpack(child, tmp_path, data).members] == [told]


def test_members_and_entries_are_counted(child: Child, tmp_path: Path) -> None:
    data = FORMS["a.tar.gz"]({f"{number}.txt": b"x" for number in range(11)})
    assert code_of(child, tmp_path, data, max_members=10) == "too_many_members"
    assert code_of(child, tmp_path, data, max_listed=10) == "expansion_limit"
    assert code_of(child, tmp_path, data, max_members=11, max_listed=11, max_pages=1) == "ready"


def test_a_file_that_is_too_large_is_left_out_and_all_of_them_are_bounded(
    child: Child, tmp_path: Path
) -> None:
    data = zipped({"large.txt": b"word " * 5000, **packed.GOOD})
    assert code_of(child, tmp_path, data, max_bytes=len(data) - 1) == "too_large"
    found = unpack(child, tmp_path, data, {"max_bytes": 20_000})
    assert found.manifest["skipped"]["counts"] == {"too_large": 1}
    assert code_of(child, tmp_path, data, max_expanded_bytes=20_000) == "expansion_limit"


def test_office_files_are_documents_and_an_archive_that_nobody_wants_is_refused(
    child: Child, tmp_path: Path
) -> None:
    found = unpack(child, tmp_path, docx())
    assert [chunk["text"] for chunk in found.chunks] == ["Text"]
    with pytest.raises(KerfError) as refused:
        unpack(child, tmp_path, zipped(packed.GOOD), is_wanted=False)
    assert refused.value.code == "archive"


def test_only_the_first_of_what_is_left_out_is_listed(child: Child, tmp_path: Path) -> None:
    data = zipped({**{f"{number}.txt": b"" for number in range(1100)}, **packed.GOOD})
    skipped = unpack(child, tmp_path, data).manifest["skipped"]
    assert (len(skipped["files"]), skipped["counts"]) == (1000, {"empty_file": 1100})


ASKED = Request(Path("a"), "a", "doc_1", None, artifact_out=Path("out"), unpack=True)
MANIFEST = {"profile": "p", "parser": "p", "chunks": 0, "skipped": {"counts": {}, "files": []}}


def told(request: Request, *paths: str, members: int | None = None) -> Result | None:
    """What is believed of a parser that tells of members of these paths."""
    incoming = Incoming(request, Limits(max_members=3))
    manifest = {**MANIFEST, "members": len(paths) if members is None else members}
    incoming.take({"members": [{"path": path, "size": 1} for path in paths]})
    result = {"manifest": manifest, "media_type": "application/zip", "page_count": 0}
    incoming.take({"result": {**result, "counted_only": False, "needs_eyes": False}})
    return incoming.finish()


@pytest.mark.parametrize(
    "path", ["../evil", "/etc/passwd", "a\nb", "", "a//b", "./a", "a/..", "a" * 1025, "\0"]
)
def test_a_parser_that_was_taken_over_cannot_name_a_member_so(path: str) -> None:
    with pytest.raises(WorkerCrashed):
        told(ASKED, path)


def test_a_parser_that_was_taken_over_cannot_tell_of_other_members_than_it_may(tmp_path: Path) -> None:
    found = told(ASKED, "a", "b/c")
    assert found is not None
    assert found.members == (Member("a", 1), Member("b/c", 1))
    with pytest.raises(WorkerCrashed):
        told(replace(ASKED, unpack=False), "a")
    for paths, members in ((("a", "a"), 2), (("a", "b"), 1), (("a", "b", "c", "d"), 4)):
        with pytest.raises(WorkerCrashed):
            told(ASKED, *paths, members=members)
    (tmp_path / "out").write_bytes(b"abc")
    with pytest.raises(WorkerCrashed):
        check_members(tmp_path / "out", found.members)
