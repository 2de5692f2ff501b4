"""Sessions that see every tenant's rows are for the door, probes and metrics; routes have their caller's."""

import ast
from pathlib import Path

from tests.support import source

SEES_ALL = {"SystemSessionsDep", "get_system_sessions", "make_sessions", "async_sessionmaker"}
"""Names by which such sessions come to somebody."""

MAY = {
    "api/app.py": "makes them",
    "api/dependencies.py": "looks for the tenant of a key",
    "api/doorkeeper.py": "adds up what waits for all tenants",
    "api/state.py": "has them",
    "api/routes/service.py": "probes and metrics, which tell of no tenant",
}


def sees_all(tree: ast.Module) -> bool:
    """Whether a file names them, or takes them out of the request's state."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.alias(name=name) | ast.Attribute(attr=name) if name in SEES_ALL:
                return True
            case ast.Attribute(attr="sessions", value=ast.Attribute(attr="state")):
                return True
            case ast.Constant(value="sessions"):
                return True
    return False


def test_only_the_door_probes_and_metrics_see_every_tenants_rows() -> None:
    found = {source.name_of(path) for path in source.modules("api") if sees_all(source.tree_of(path))}
    assert found == MAY.keys()


def test_each_way_to_such_sessions_is_seen(tmp_path: Path) -> None:
    for line in (
        "from api.dependencies import SystemSessionsDep",
        "from services.infra.database import make_sessions",
        "def route(request): return request.state.sessions()",
        "def route(request): return getattr(request.state, 'sessions')",
        "import api.dependencies as d\nd.get_system_sessions(request)",
    ):
        (tmp_path / "route.py").write_text(line, encoding="utf-8")
        assert sees_all(source.tree_of(tmp_path / "route.py")), line
