"""How long each stage took, by the parser's own reports."""

from collections.abc import Iterator

from services.runner.values import Progress
from workers.stages import StageTimes


def test_time_counts_for_the_stage_that_was_reported_last() -> None:
    times: Iterator[float] = iter([0.0, 1.0, 3.0, 3.5, 7.5, 10.0])
    stages = StageTimes(clock=lambda: next(times))
    tick = stages.watching(lambda progress: progress.stage == "parsing")
    reports = [
        Progress("parsing"),
        Progress("parsing", 1, 2),
        Progress("chunking", 2, 2),
        Progress("parsing", 2, 2),
    ]
    assert [tick(report) for report in reports] == [True, True, False, True]
    assert stages.seconds() == {"parsing": 3.5 + 2.5, "chunking": 4.0}


def test_without_a_report_there_is_nothing_to_tell() -> None:
    assert StageTimes().seconds() == {}
