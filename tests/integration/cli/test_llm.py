"""`kerf segment --strategy llm` with an endpoint, and with none."""

from pathlib import Path

import pytest

from tests.integration.cli.test_documents import kerf, rows
from tests.integration.webhooks.receiver import Reply, receiver
from tests.support.chat import by_topic, passages

ASKED = ("--strategy", "llm", "--option", "group_tokens=50")


def test_a_text_is_cut_where_the_model_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.html"
    path.write_text("".join(f"<p>{text}" for text in passages("aaabbcccc").split("\n\n")), encoding="utf-8")
    monkeypatch.setenv("KERF_CHAT_MODEL", "small")
    with receiver(by_topic) as server:
        monkeypatch.setenv("KERF_CHAT_URL", f"http://127.0.0.1:{server.server_port}")
        refused = rows(kerf("segment", path, *ASKED))
        monkeypatch.setenv("KERF_CHAT_ALLOW_PRIVATE", "true")
        chunks = rows(kerf("segment", path, *ASKED))
        server.script = lambda _: Reply(401)
        failed = rows(kerf("segment", path, *ASKED))
    assert [chunk["text"][-2] for chunk in chunks] == ["a", "b", "c"]
    assert [chunk["metadata"] for chunk in chunks] == [{}] * 3
    assert {chunk["metadata"]["fallback"] for chunk in refused} == {"the endpoint's answer: target_refused"}
    assert {chunk["metadata"]["fallback"] for chunk in failed} == {"the endpoint's answer: status 401"}
