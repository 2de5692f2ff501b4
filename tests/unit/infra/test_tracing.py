"""When traces are on, and that nothing of them is there when they are off."""

import os
import subprocess
import sys

import pytest
from structlog.testing import capture_logs

from cli.check_traces import check_traces
from cli.findings import State
from services.infra import tracing
from tests.support import source
from tests.support.collector import collector

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
PROCESSES = ("api.app", "cli.main", "workers.app", "workers.supervisor", "services.runner.child")


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "OTEL_EXPORTER_OTLP_ENDPOINT is not set"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, "OTEL_EXPORTER_OTLP_ENDPOINT is not set"),
        ({**ENDPOINT, "OTEL_SDK_DISABLED": "True"}, "OTEL_SDK_DISABLED is true"),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"}, "OTEL_TRACES_EXPORTER is none; only otlp is known"),
        (
            {**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "the protocol grpc is not known, only http/protobuf",
        ),
        (ENDPOINT, None),
        (
            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/x", "OTEL_TRACES_EXPORTER": "otlp"},
            None,
        ),
    ],
)
def test_traces_are_on_only_where_an_endpoint_is_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], says: str | None
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert tracing.fault() == says


def test_no_process_loads_the_sdk_unless_traces_are_wanted() -> None:
    program = f"""
import sys, {", ".join(PROCESSES)}
from services.infra import tracing
tracing.start("kerf-test")
with tracing.span("nothing"), tracing.arriving("nothing", "server", None, {{}}) as span:
    span.tell({{"a": 1}})
    assert tracing.traceparent() is None and tracing.ids() == {{}}
found = ("opentelemetry.sdk", "opentelemetry.exporter", "google.protobuf", "requests")
print(*(name for name in sys.modules if name.startswith(found)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=source.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_settings_that_cannot_be_used_are_a_line_and_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ENDPOINT, "OTEL_BSP_MAX_QUEUE_SIZE": "1"}.items():
        monkeypatch.setenv(name, value)
    with capture_logs() as lines:
        tracing.start("kerf-test")
    assert not tracing.is_on()
    assert [line["event"] for line in lines] == ["traces_not_started"]


def test_a_fork_of_a_traced_process_is_not_traced_until_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    with collector() as seen:
        for name, value in seen.variables.items():
            monkeypatch.setenv(name, value)
        program = """
import os
from services.infra import tracing
tracing.start("parent")
with tracing.span("above"):
    child = os.fork()
    if child == 0:
        assert not tracing.is_on() and tracing.ids() == {}
        with tracing.span("lost"):
            pass
        tracing.start("child")
        with tracing.span("below"):
            pass
        tracing.stop()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
tracing.stop()
"""
        subprocess.run([sys.executable, "-c", program], cwd=source.ROOT, check=True, env={**os.environ})
    assert sorted((span.service, span.name) for span in seen.spans) == [
        ("child", "below"),
        ("parent", "above"),
    ]


def test_an_error_is_told_by_its_kind_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with collector() as seen:
        for name, value in seen.variables.items():
            monkeypatch.setenv(name, value)
        tracing.start("kerf-test")
        with pytest.raises(ValueError, match="walrus"), tracing.span("step"):
            raise ValueError("the walrus")
        tracing.stop()
    [span] = seen.spans
    assert span.is_failed
    assert span.attributes == {"error.type": "ValueError"}
    assert b"walrus" not in b"".join(seen.bodies)


async def test_the_doctor_asks_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await check_traces()).state is State.ABSENT
    with collector() as seen:
        for name, value in seen.variables.items():
            monkeypatch.setenv(name, value)
        assert (await check_traces()).state is State.GOOD
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"http://127.0.0.1:{seen.server_port}/other")
        assert (await check_traces()).state is State.BROKEN
    assert len(seen.bodies) == 2
    assert seen.spans == []
