"""What FastAPI walks past for every request stays short."""

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from api.app import create_app
from services.infra.config import Settings

MOST = 20
"""Dependencies below one route, each as often as it is walked past; of uploads they were over a hundred."""


def walked(dependant: Dependant) -> int:
    """How many below it."""
    return sum(1 + walked(below) for below in dependant.dependencies)


def test_the_tree_of_dependencies_is_flat() -> None:
    app = create_app(Settings.model_validate({"database_url": "postgresql://nobody@localhost/none"}))
    walks = {
        f"{route.methods} {route.path}": walked(route.dependant)
        for route in (context.route for context in iter_route_contexts(app.routes))
        if isinstance(route, APIRoute)
    }
    assert len(walks) > 30
    assert {path: count for path, count in walks.items() if count > MOST} == {}
