"""`kerf serve`."""

from typing import Annotated

import typer

from cli.environment import database_url, fail, read_settings, start_logs, traces

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.", show_default="127.0.0.1")]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on.", show_default="8000")]


def serve(host: Host = None, port: Port = None) -> None:
    """Serve the HTTP API; workers and `kerf beat` run beside it."""
    from api.app import create_app
    from cli.listening import listen, url_of
    from cli.serving import Server, runner, stopping_on_signals

    settings = read_settings(host=host, port=port)
    start_logs(settings)
    database_url(settings)
    with traces("kerf-api"), listen(settings.host, settings.port) as listener, runner() as loop:
        url = url_of(settings.host, listener)
        server = Server(
            create_app(settings.model_copy(update={"port": listener.getsockname()[1]})),
            shutdown_seconds=settings.shutdown_seconds,
            drain_seconds=settings.drain_seconds,
            announce=lambda: typer.echo(f"Kerf is ready at {url}"),
        )

        async def run() -> bool:
            return await server.run_until(stopping_on_signals(), listener)

        if not loop.run(run()):
            fail("the server ended by itself", code=1)
