"""Everything in one process tree: no server, no broker, no key on loopback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.integration.embedded.standing import standing
from tests.support.processes import are_gone, naming

PATIENCE = 100
"""Seconds for what a busy machine has to do before it is seen."""

AGREEMENT = b"Either party may terminate this agreement.\n\nNotice must be given in writing.\n"


def run(*command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """`kerf COMMAND`, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *command],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def large() -> bytes:
    """A document that takes seconds."""
    lines = (
        f"Paragraph {number} says that the parties agree to what they signed." for number in range(60_000)
    )
    return "\n\n".join(lines).encode()


def test_an_upload_is_cut_and_still_there_after_a_restart(folder: Path) -> None:
    data = folder / "data"
    with standing(data) as kerf:
        job = kerf.job_after(kerf.upload("agreement.txt", AGREEMENT))
        assert job["state"] == "succeeded", kerf.log.read_text()
        before = kerf.chunks_of(job["document"])
        assert "terminate this agreement" in before[0]["text"]
        assert kerf.stop(signal.SIGINT) == 0
        assert are_gone(str(data), within=PATIENCE)
    with standing(data) as kerf:
        assert kerf.chunks_of(job["document"]) == before


def test_stopping_hands_a_running_job_back_and_the_next_start_finishes_it(folder: Path) -> None:
    data = folder / "data"
    with standing(data) as kerf:
        upload = kerf.upload("large.txt", large())
        while kerf.client.get(f"/v1/jobs/{upload.json()['id']}").json()["state"] == "queued":
            pass
        assert kerf.stop() == 0
        assert are_gone(str(data), within=PATIENCE)
        assert '"ending": "released"' in kerf.log.read_text()
    with standing(data) as kerf:
        job = kerf.job_after(upload)
        assert (job["state"], job["attempt"]) == ("succeeded", 1)


def test_a_kill_loses_nothing_and_leaves_nothing_running(folder: Path) -> None:
    data = folder / "data"
    with standing(data) as kerf:
        upload = kerf.upload("agreement.txt", AGREEMENT)
        os.kill(kerf.process.pid, signal.SIGKILL)
        assert are_gone(str(data), within=PATIENCE)
    with standing(data) as kerf:
        assert kerf.job_after(upload)["state"] == "succeeded"


def test_a_database_that_ends_by_itself_ends_everything_and_is_said(folder: Path) -> None:
    data = folder / "data"
    with standing(data) as kerf:
        (postmaster,) = naming(f"{data}/postgres", "listen_addresses=")
        os.kill(postmaster, signal.SIGKILL)
        assert kerf.process.wait(timeout=PATIENCE) == 1
        assert kerf.log.read_text().endswith("its last words are in postgres.log\n")
        assert are_gone(str(data), within=PATIENCE)


def test_what_is_taken_is_one_clear_line_and_exit_code_two(folder: Path) -> None:
    data, other = folder / "data", folder / "other"
    with standing(data) as kerf:
        port = str(kerf.client.base_url.port)
        same_folder = run("up", "--data", str(data), "--port", "0")
        same_port = run("up", "--data", str(other), "--port", port)
        pid = kerf.process.pid
    assert (same_folder.returncode, same_port.returncode) == (2, 2)
    assert same_folder.stderr == f"kerf: another `kerf up` (process {pid}) runs on {data}\n"
    assert same_port.stderr == f"kerf: cannot listen on 127.0.0.1 port {port}: address already in use\n"
    assert not (other / "postgres").exists()


def test_a_key_is_asked_for_where_others_may_call(folder: Path) -> None:
    data = folder / "data"
    with standing(data, "--host", "0.0.0.0") as kerf:
        assert kerf.upload("agreement.txt", AGREEMENT).status_code == 401
        elsewhere = "postgresql://nobody@127.0.0.1:1/nothing"
        made = run("keys", "create", "laptop", "--data", str(data), KERF_DATABASE_URL=elsewhere)
        key, key_id = made.stdout.strip(), made.stderr.split()[0]
        answer = kerf.upload("agreement.txt", AGREEMENT, authorization=f"Bearer {key}")
        assert answer.status_code == 202, answer.text
        assert key not in run("keys", "list", "--data", str(data)).stdout
        run("keys", "revoke", key_id, "--data", str(data))
        assert kerf.upload("agreement.txt", AGREEMENT, authorization=f"Bearer {key}").status_code == 401
