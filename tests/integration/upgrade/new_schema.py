"""A plugin for the tests of an older release: their databases get the schema of the release in UPGRADE_TO."""

import os
import subprocess
import sys

import services.infra.migrate

OLD = services.infra.migrate.upgrade
PROGRAM = "import sys; from services.infra.migrate import upgrade; upgrade(sys.argv[1])"


def upgrade(url: str, revision: str = "head") -> None:
    """To the newest revision of the other release; to one that is named as ever."""
    if revision != "head":
        OLD(url, revision)
        return
    tree = os.environ["UPGRADE_TO"]
    subprocess.run(
        [sys.executable, "-c", PROGRAM, url], cwd=tree, env={**os.environ, "PYTHONPATH": tree}, check=True
    )


services.infra.migrate.upgrade = upgrade
