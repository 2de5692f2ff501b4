"""Two API processes behind the proxy, three workers, two beats: nobody notices when one of them goes."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.compose.conftest import PATIENCE, System, connected, started
from tests.compose.test_compose import SENTENCE, two_page_pdf, upload

FILES = ("docker-compose.yml", "docker-compose.scale.yml")
CALLERS = 6
APIS = ("api", "api2")
OURS = (*APIS, "worker", "beat")
DATABASE = "postgresql://kerf:kerf@postgres:5432/kerf"
HALF = 8 << 20

pytestmark = [pytest.mark.compose, pytest.mark.timeout(2 * PATIENCE)]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """As docs/operations.md says for several processes."""
    with started(System(files=FILES)) as running:
        yield running


@pytest.fixture(scope="module")
def client(system: System) -> Iterator[httpx2.Client]:
    """A caller of the proxy."""
    with connected(system) as made:
        yield made


@dataclass(frozen=True)
class Call:
    """One request of the load, and what was wrong with the answer, if anything was."""

    began: float
    ended: float
    method: str
    trouble: str | None


class Load:
    """Callers who read, upload and read again without a pause, each with connections of its own."""

    def __init__(self, client: httpx2.Client) -> None:
        self.calls: list[Call] = []
        self.jobs: list[str] = []
        self._client = client
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in range(CALLERS)]

    def _run(self, number: int) -> None:
        headers = {"Authorization": self._client.headers["Authorization"]}
        with httpx2.Client(base_url=self._client.base_url, headers=headers, timeout=120) as caller:
            turn = 0
            while not self._stopping.is_set():
                turn += 1
                self._call(caller, "GET", "/v1/documents")
                text = f"Caller {number} says for the {turn}th time at {time.time_ns()} that this holds."
                job = self._call(caller, "POST", "/v1/documents", files={"file": ("a.txt", text)})
                if job is not None:
                    self.jobs.append(job["id"])
                    self._call(caller, "GET", f"/v1/jobs/{job['id']}?wait=1")

    def _call(self, caller: httpx2.Client, method: str, path: str, **given: Any) -> Any:
        began, trouble, found = time.monotonic(), None, None
        try:
            answer = caller.request(method, path, **given)
            if answer.is_success:
                found = answer.json()
            else:
                trouble = f"{answer.status_code} {answer.text}"
        except httpx2.TransportError as error:
            trouble = repr(error)
        self.calls.append(Call(began, time.monotonic(), method, trouble))
        return found

    @property
    def failed(self) -> list[Call]:
        return [call for call in self.calls if call.trouble is not None]


@contextmanager
def load(client: httpx2.Client) -> Iterator[Load]:
    """The load as long as the block, with fifty answers before and fifty after whatever happens in it."""
    made = Load(client)
    for thread in made._threads:
        thread.start()
    try:
        until_answered(made, 50)
        yield made
        until_answered(made, 50)
    finally:
        made._stopping.set()
        for thread in made._threads:
            thread.join(PATIENCE)


def until_answered(made: Load, more: int) -> None:
    """Returns when so many more calls have been answered."""
    wanted, deadline = len(made.calls) + more, time.monotonic() + PATIENCE
    while len(made.calls) < wanted:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_two_apis_three_workers_and_two_beats_run_behind_one_port(system: System) -> None:
    ours = {"api": 1, "api2": 1, "worker": 3, "beat": 2, "proxy": 1, "postgres": 1, "redis": 1}
    assert system.containers() == ours
    assert httpx2.get(f"{system.url}/metrics").status_code == 404


def test_a_document_goes_in_and_its_chunks_and_events_come_out(client: httpx2.Client) -> None:
    job = upload(client, "contract.pdf", two_page_pdf())
    assert job["state"] == "succeeded", job
    chunks = client.get(f"/v1/documents/{job['document']}/chunks").json()["data"]
    assert SENTENCE in " ".join(chunk["text"] for chunk in chunks)
    with client.stream("GET", f"/v1/jobs/{job['id']}/events") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        assert any("final" in line for line in events.iter_lines())


def test_a_caller_cannot_say_where_it_calls_from(system: System, client: httpx2.Client) -> None:
    mark = f"mark-{time.time_ns()}"
    forged = {"X-Forwarded-For": "203.0.113.7", "X-Request-Id": mark, "Forwarded": "for=203.0.113.7"}
    assert client.get("/v1/limits", headers=forged).status_code == 200
    lines = system.compose("logs", "--no-color", "--no-log-prefix", *APIS).stdout.splitlines()
    (line,) = (json.loads(line[line.index("{") :]) for line in lines if mark in line)
    assert line["client"] not in {"203.0.113.7", f"10.213.{system.third}.10"}


def test_an_upload_is_passed_on_while_it_arrives(system: System, client: httpx2.Client) -> None:
    """Half a body: the API has stored it already, though the proxy waits for the rest."""
    head = (
        "POST /v1/documents HTTP/1.1\r\nHost: kerf\r\nTransfer-Encoding: chunked\r\n"
        f"Authorization: {client.headers['Authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"a" * HALF
    with socket.create_connection(("127.0.0.1", system.port)) as half:
        half.sendall(head.encode() + f"{len(part):x}\r\n".encode() + part + b"\r\n")
        find = ("find", "/var/lib/kerf/objects/incoming", "-size", f"+{HALF // 2 // 1024}k")
        deadline = time.monotonic() + 25  # the API itself cuts after 30 s
        while not system.in_api(*find, check=False).stdout:
            assert time.monotonic() < deadline


def test_a_killed_api_costs_at_most_what_it_was_working_on(system: System, client: httpx2.Client) -> None:
    with load(client) as made:
        for victim in APIS:
            before = time.monotonic()
            system.compose("kill", victim)
            gone = time.monotonic()
            until_answered(made, 50)
            system.compose("up", "--wait", "--no-recreate")
            under_way = [call for call in made.failed if call.ended > before]
            assert all(call.began < gone for call in under_way), made.failed
            assert {call.method for call in under_way} <= {"POST"}, "who only reads is asked again elsewhere"
    print(f"{len(made.calls)} calls, {len(made.failed)} failed: {made.failed}")
    assert all(finished(client, job) for job in made.jobs)


def test_a_deploy_as_the_docs_say_fails_no_request(system: System, client: httpx2.Client) -> None:
    """Another setting for all of ours, as an upgrade is another image: every container is replaced."""
    before = set(system.compose("ps", "--quiet", *OURS).stdout.split())
    changed = {"KERF_DATABASE_URL": f"{DATABASE}?application_name=kerf-next"}
    with load(client) as made:
        system.compose("run", "--rm", "--no-deps", "migrate", settings=changed)
        for part in (["api"], ["api2"], ["worker", "beat"]):
            system.compose("up", "--wait", "--no-deps", *part, settings=changed)
    assert not before & set(system.compose("ps", "--quiet", *OURS).stdout.split())
    print(f"{len(made.calls)} calls, {len(made.failed)} failed")
    assert made.failed == []
    assert all(finished(client, job) for job in made.jobs)


def finished(client: httpx2.Client, job: str) -> bool:
    """Whether a job that was acknowledged has succeeded in the end."""
    deadline = time.monotonic() + PATIENCE
    while (found := client.get(f"/v1/jobs/{job}", params={"wait": 10}).json())["state"] != "succeeded":
        assert found["state"] in {"queued", "running"}, found
        assert time.monotonic() < deadline, found
    return True
