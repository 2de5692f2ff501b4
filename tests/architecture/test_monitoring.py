"""The dashboard and the alerts by themselves; whether they fit a live scrape, the observed runs say."""

from itertools import combinations

import pytest

from tests.integration.monitoring import alerts, faults, panels, query_of, scraped
from tests.support import source

SCRAPE = """# TYPE kerf_jobs gauge
kerf_jobs{state="queued"} 3.0
kerf_database_up 1.0
"""


def test_every_alert_says_how_bad_it_is_and_the_docs_say_what_to_do() -> None:
    docs = (source.ROOT / "docs" / "operations.md").read_text()
    assert [rule["alert"] for rule in alerts() if f"| `{rule['alert']}` |" not in docs] == []
    for rule in alerts():
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert rule["annotations"]["summary"].endswith(".")


def test_panels_have_names_of_their_own_and_stand_beside_each_other() -> None:
    ids = [panel["id"] for panel in panels()]
    assert len(set(ids)) == len(ids)
    for panel in panels():
        assert panel["type"] == "row" or (panel["description"] and panel["targets"])
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
    for one, other in combinations((panel["gridPos"] for panel in panels()), 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above


@pytest.mark.parametrize(
    ("expression", "is_good"),
    [
        ('max by (state) (rate(kerf_jobs{state="queued"}[5m])) > 0 unless kerf_database_up', True),
        ("max(kerf_job)", False),
        ('kerf_jobs{state="waiting"}', False),
        ('kerf_jobs{stage="queued"}', False),
        ("sum by (stage) (kerf_jobs)", False),
        ('kerf_jobs{state=~"queued|waiting"}', False),
    ],
)
def test_what_does_not_fit_a_scrape_is_seen(expression: str, *, is_good: bool) -> None:
    assert (list(faults(expression, scraped(SCRAPE))) == []) is is_good


def test_an_expression_is_read_as_prometheus_reads_it() -> None:
    query = query_of('histogram_quantile(0.95, max by (le) (rate(a_bucket{b="c"}[15m]))) > 0.5 * sum(d)')
    assert query.metrics == [("a_bucket", {"b": "c"}), ("d", {})]
    assert query.grouped_by == {"le"}
