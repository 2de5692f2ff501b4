"""`kerf serve`."""

from typing import Annotated

import typer

from cli.environment import database_url, read_settings, start_logs

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.", show_default="127.0.0.1")]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on.", show_default="8000")]


def serve(host: Host = None, port: Port = None) -> None:
    """Serve the HTTP API; workers and `kerf beat` run beside it."""
    import uvicorn

    from api.app import create_app
    from cli.listening import listen, server_options, url_of

    settings = read_settings(host=host, port=port)
    start_logs(settings)
    database_url(settings)
    listener = listen(settings.host, settings.port)
    typer.echo(f"Kerf listens on {url_of(settings.host, listener)}", err=True)
    config = uvicorn.Config(create_app(settings), **server_options(settings.shutdown_seconds))
    uvicorn.Server(config).run(sockets=[listener])
