"""Whole releases side by side: processes of both on one database and one Redis; the old one's own tests."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.chaos.documents import samples
from tests.chaos.observing import judged, settled
from tests.chaos.world import World
from tests.integration.upgrade.previous import PREVIOUS, git, sources
from tests.support import source
from tests.support.redis import free_port

SEED = 20261122
DOCUMENTS = 30
HARD_STOP = 600.0
SUITES = ("jobs", "documents", "keys", "quotas", "webhooks", "tenants", "storage", "metrics", "api")
BEFORE = {"0013": "efffd3729436", "0014": "fc4c66f380e3"}
"""Commits of migrations older than the rule; the code before each has to work on the newest schema, too."""

NOT_OF_OLD_TABLES = "not every_table and not comes_later and not way_back"
"""Tests that hold the catalogue against the tables the old code knows, or migrate by its own files."""

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module", params=[PREVIOUS, *(f"{commit}^" for commit in BEFORE.values())])
def tree(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of an earlier release."""
    git("cat-file", "-e", request.param)
    return sources(request.param, tmp_path_factory.mktemp("previous"))


class Mixed(World):
    """Processes whose name begins with `old` run the code of another release."""

    def __init__(self, tree: Path, folder: Path, database_url: str) -> None:
        super().__init__(folder, database_url)
        self._tree = tree

    def _folder_of(self, name: str) -> Path:
        return self._tree if name.startswith("old") else source.ROOT


@pytest.fixture
def mixed(tree: Path, database_url: str) -> Iterator[Mixed]:
    """On the newest schema; nothing of it runs afterwards."""
    with tempfile.TemporaryDirectory(prefix="kerf-mixed-") as folder:
        world = Mixed(tree, Path(folder), database_url)
        try:
            yield world
        finally:
            world.close()


@pytest.mark.parametrize("workers", [("old-worker",), ("worker",), ("old-worker", "worker")])
def test_documents_of_either_api_are_cut_by_workers_of_either_release(
    mixed: Mixed, workers: tuple[str, ...]
) -> None:
    mixed.redis.start()
    mixed.start_api()
    old_port = free_port()
    mixed.start("old-serve", "serve", "--port", str(old_port))
    mixed.start("old-beat", "beat")
    mixed.start("beat", "beat")
    for name in workers:
        mixed.start(name, "worker")
    mixed.start_receiver(SEED)
    wanted = samples(DOCUMENTS, seed=SEED)
    new, old = mixed.client, httpx2.Client(base_url=f"http://127.0.0.1:{old_port}", timeout=30)
    acknowledged: dict[str, str] = {}
    with old:
        for number, sample in enumerate(wanted):
            mixed.client = (new, old)[number % 2]
            acknowledged[sample.name] = mixed.upload(sample)
        assert settled(mixed, seconds=HARD_STOP), mixed.logs()
        for mixed.client in (old, new):
            report = judged(mixed, wanted, acknowledged)
            assert report.is_clean, f"{report}\n{mixed.logs()}"
        gone = acknowledged[wanted[0].name]
        assert old.delete(f"/v1/documents/{gone}").status_code == 204
        assert new.get(f"/v1/documents/{gone}").status_code == 404


def test_the_old_releases_own_tests_pass_on_the_newest_schema(tree: Path) -> None:
    plugin = Path(__file__).parent
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "new_schema",
            "-k",
            NOT_OF_OLD_TABLES,
            *(f"tests/integration/{suite}" for suite in SUITES),
        ],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": f"{tree}:{plugin}", "UPGRADE_TO": str(source.ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-5000:] + ran.stderr[-2000:]
