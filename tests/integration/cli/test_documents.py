"""`kerf segment`, `parse` and `sentences` as a user types them, in real processes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KERF = str(Path(sys.executable).with_name("kerf"))
PROSE = "The first sentence stands here. See 28 U.S.C. § 1331 for the second. A third one follows."


def kerf(*arguments: object, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [KERF, *map(str, arguments)], input=stdin, capture_output=True, check=False, timeout=60
    )


def rows(done: "subprocess.CompletedProcess[bytes]") -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_chunks_can_be_checked_against_the_parsed_document(pdf: Path) -> None:
    chunks = rows(kerf("segment", pdf, "--max-tokens", 64))
    (document,) = rows(kerf("parse", pdf))
    assert document["media_type"] == "application/pdf"
    assert [page["number"] for page in document["pages"]] == [1, 2]
    sizes = {page["number"]: (page["width"], page["height"]) for page in document["pages"]}
    assert sizes == {1: (400, 600), 2: (400, 600)}
    covered = "".join("".join(document["text"][s:e].split()) for chunk in chunks for s, e in chunk["spans"])
    assert covered == "".join(document["text"].split())
    for chunk in chunks:
        assert chunk["document"] == str(pdf)
        assert chunk["text"] == "\n\n".join(document["text"][s:e] for s, e in chunk["spans"])
        assert chunk["tokens"] <= 64
        assert chunk["pages"] == [box["page"] for box in chunk["boxes"]]
        for box in chunk["boxes"]:
            x0, y0, x1, y1 = box["box"]
            assert 49 < x0 < x1 < 400
            assert 20 < y0 < y1 < 600


def test_links_between_chunks_lead_from_the_first_to_the_last(pdf: Path) -> None:
    chunks = rows(kerf("segment", pdf, "--max-tokens", 64))
    assert chunks[0]["previous"] is None
    assert chunks[-1]["next"] is None
    assert [chunk["next"] for chunk in chunks[:-1]] == [chunk["id"] for chunk in chunks[1:]]


def test_the_same_file_gives_the_same_bytes(pdf: Path) -> None:
    assert kerf("segment", pdf).stdout == kerf("segment", pdf).stdout


def test_a_bad_file_is_reported_and_the_rest_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PROSE, encoding="utf-8")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\nnot really")
    (tmp_path / "c.txt").write_bytes(b"")
    (tmp_path / "d.md").write_text("# Title\n\nText.", encoding="utf-8")
    done = kerf("segment", tmp_path, tmp_path / "missing.txt")
    assert done.returncode == 2
    named = {json.loads(line)["document"] for line in done.stdout.splitlines()}
    assert named == {str(tmp_path / "a.txt"), str(tmp_path / "d.md")}
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 3
    assert "b.pdf: corrupt: " in lines[0]
    assert "c.txt: skipped: empty_file" in lines[1]
    assert "missing.txt" in lines[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--strategy", "nonsense"),
        ("--max-tokens", "3"),
        ("--option", "max_token=3"),
        ("--option", "no-equals-sign"),
        ("--tokenizer", "gpt-9"),
        ("--tokenizer", "tiktoken:o200k_base"),
        ("--tokenizer", "hf:/etc/hostname"),
    ],
)
def test_wrong_options_are_one_line_and_exit_code_2(tmp_path: Path, arguments: tuple[str, str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text(PROSE, encoding="utf-8")
    done = kerf("segment", path, *arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert len(done.stderr.splitlines()) == 1
    assert b"Traceback" not in done.stderr


def test_any_tokenizer_json_may_set_the_limit(tmp_path: Path) -> None:
    import tokenizers

    path = tmp_path / "tokenizer.json"
    model = tokenizers.models.WordLevel({"[UNK]": 0}, unk_token="[UNK]")
    made = tokenizers.Tokenizer(model)
    made.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    made.save(str(path))
    text = tmp_path / "a.txt"
    text.write_text("one two three " * 30, encoding="utf-8")
    chunks = rows(kerf("segment", text, "--tokenizer", f"hf:{path}", "--max-tokens", 20))
    assert [chunk["tokens"] for chunk in chunks] == [len(chunk["text"].split()) for chunk in chunks]
    assert max(chunk["tokens"] for chunk in chunks) <= 20


def test_text_for_people_shows_every_word(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(PROSE, encoding="utf-8")
    done = kerf("segment", path, "--output", "text")
    assert PROSE in done.stdout.decode()


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Some words. " * 200_000, encoding="utf-8")
    command = f"{KERF} segment --tokenizer characters {path} | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, check=False, timeout=60)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == b""


def test_parse_writes_markdown_and_text(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<html><body><h2>Head</h2><p>Body &amp; soul.</p></body></html>", encoding="utf-8")
    assert "## Head" in kerf("parse", path, "--output", "markdown").stdout.decode()
    assert "Body & soul." in kerf("parse", path, "--output", "text").stdout.decode()


def test_sentences_are_spans_of_the_text() -> None:
    done = kerf("sentences", stdin=PROSE.encode())
    spans = [json.loads(line) for line in done.stdout.splitlines()]
    assert next(PROSE[s:e] for s, e in spans) == "The first sentence stands here."
    assert "".join(PROSE[s:e] for s, e in spans).replace(" ", "") == PROSE.replace(" ", "")


def test_sentences_of_kerfs_own_model_have_probabilities() -> None:
    done = kerf("sentences", "--engine", "kerf", "--with-probability", stdin=PROSE.encode())
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert PROSE[found[0][0] : found[0][1]] == "The first sentence stands here."
    assert all(0.5 < probability <= 1 for _, _, probability in found)
    fewest = kerf("sentences", "--engine", "kerf", "--threshold", "1", stdin=PROSE.encode())
    assert len(fewest.stdout.splitlines()) == 1


@pytest.mark.parametrize("asked", [("--threshold", "0.9"), ("--with-probability",)])
def test_nupunkt_has_no_probabilities(asked: tuple[str, ...]) -> None:
    refused = kerf("sentences", "--engine", "nupunkt", *asked, stdin=b"One. Two.")
    assert refused.returncode == 2
    assert b"no probabilities" in refused.stderr
    assert refused.stderr.count(b"\n") == 1


def test_text_in_any_encoding_has_the_same_sentences(tmp_path: Path) -> None:
    text = "Él llegó tarde. No dijo por qué.\r\n" * 3
    plain = kerf("sentences", stdin=text.encode())
    assert len(plain.stdout.splitlines()) == 6
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes(text.encode(encoding))
        assert kerf("sentences", path).stdout == plain.stdout


def test_lines_of_json_are_answered_one_by_one() -> None:
    """Each answer comes before the next question is asked."""
    with subprocess.Popen(
        [KERF, "sentences", "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "text": "It rained. We left."}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {"id": number, "spans": [[0, 10], [11, 19]]}
        process.stdin.write(b"not json\n")
        process.stdin.close()
        assert process.wait(timeout=30) == 2
        assert b"-:4: invalid_input" in process.stderr.read()


def test_a_terminal_is_not_needed_and_no_bar_is_drawn_in_a_pipe(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(PROSE, encoding="utf-8")
    assert kerf("segment", tmp_path).stderr == b""
