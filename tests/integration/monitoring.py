"""Whether the dashboard and the alerts in docs/monitoring fit what a running service answers to a scrape."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from models.errors import KerfError
from tests.support import source

FOLDER = source.ROOT / "docs" / "monitoring"
FUNCTIONS = set("absent delta histogram_quantile increase max min rate sum".split())  # noqa: SIM905
WORDS = {"and", "or", "unless"}
OF_PROMETHEUS = {"instance", "job"}
"""Labels that the scrape adds."""

UNSHOWN = {"process_start_time_seconds", "process_virtual_memory_bytes"}
GROUPING = re.compile(r"\b(?:by|ignoring|on|without)\s*\(([^)]*)\)")
SELECTOR = re.compile(r"([A-Za-z_:][\w:]*)\s*(\{[^}]*\}|\()?")
MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')
SAMPLE = re.compile(r"^(\w+)(\{.*\})? \S+$", re.MULTILINE)
FAMILY = re.compile(r"^# TYPE (\w+) ", re.MULTILINE)

Labels = dict[str, set[str]]
"""Names of labels, with the values seen."""


class Query(NamedTuple):
    """What an expression of PromQL asks for."""

    metrics: list[tuple[str, dict[str, str]]]
    grouped_by: set[str]


def expressions() -> list[str]:
    """All of both files."""
    rules = [rule["expr"] for rule in alerts()]
    return [*rules, *(target["expr"] for panel in panels() for target in panel.get("targets", []))]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
    return found


def alerts() -> list[dict[str, Any]]:
    [group] = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def query_of(expression: str) -> Query:
    """The metrics with their matchers, and the labels that are grouped by; AssertionError for odd words."""
    grouped_by = {name.strip() for group in GROUPING.findall(expression) for name in group.split(",")}
    bare = re.sub(r"\[[^]]*\]", "", GROUPING.sub("", expression))
    found = []
    for name, rest in SELECTOR.findall(bare):
        if rest == "(":
            assert name in FUNCTIONS | WORDS, expression
        elif name not in WORDS:
            found.append((name, dict(MATCHER.findall(rest))))
    assert found, expression
    return Query(found, grouped_by)


def scraped(text: str) -> dict[str, Labels]:
    """Every series of a scrape by its name."""
    found: dict[str, Labels] = defaultdict(lambda: defaultdict(set))
    for name, labels in SAMPLE.findall(text):
        for label, value in MATCHER.findall(labels):
            found[name][label].add(value)
        found[name]  # one without labels is there as well
    return found


def check_monitoring(text: str) -> None:
    """What is asked for is there; what is there is shown, and told of in the docs."""
    there = scraped(text)
    assert [fault for expression in expressions() for fault in faults(expression, there)] == []
    shown = {name for expression in expressions() for name, _ in query_of(expression).metrics}
    families = {name for name in FAMILY.findall(text) if not name.endswith("_created")} - UNSHOWN
    assert {name for name in families if not {name, f"{name}_bucket"} & shown} == set()
    docs = (source.ROOT / "docs" / "operations.md").read_text()
    ours = {name.removesuffix("_total") for name in families if name.startswith("kerf_")}
    assert {name for name in ours if f"`{name}" not in docs} == set()


def faults(expression: str, there: dict[str, Labels]) -> Iterator[str]:
    """What the expression asks for and the scrape does not have."""
    query = query_of(expression)
    known = OF_PROMETHEUS | {label for name, _ in query.metrics for label in there.get(name, {})}
    yield from (f"label {label} in {expression}" for label in query.grouped_by - known)
    for name, matchers in query.metrics:
        if name not in there:
            yield f"{name} in {expression}"
            continue
        for label, values in matchers.items():
            if label not in OF_PROMETHEUS and not set(values.split("|")) <= possible(label, there[name]):
                yield f'{label}="{values}" of {name} in {expression}'


def possible(label: str, seen: Labels) -> set[str]:
    """The values of a label: those seen, and those of closed lists that need not have happened yet."""
    closed = {"code": set(codes(KerfError)), "status": {"429", "500", "503", "507"}}
    return (seen[label] | closed.get(label, set())) if label in seen else set()


def codes(kind: type[KerfError]) -> Iterator[str]:
    """All that errors of ours can be called."""
    yield kind.code
    for below in kind.__subclasses__():
        yield from codes(below)
