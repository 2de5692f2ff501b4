"""`kerf up`: everything in one process tree, with nothing to install beside it."""

from pathlib import Path
from typing import Annotated

import typer

from cli.environment import check_providers, read_settings, start_logs
from cli.serve import Host, Port

Data = Annotated[Path | None, typer.Option("--data", help="Folder of the embedded store; made if missing.")]


def up(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Run the API, a worker, the maintenance loops and an embedded database until Ctrl-C."""
    import structlog

    from cli.listening import is_loopback, listen, url_of
    from cli.standing import alone_in, run

    settings = read_settings(data_dir=data and data.expanduser().resolve(), host=host, port=port)
    check_providers(settings)
    start_logs(settings)
    with alone_in(settings.data_dir), listen(settings.host, settings.port) as listener:
        is_ours = is_loopback(settings.host) and "api_key_required" not in settings.model_fields_set
        required = settings.api_key_required and not is_ours
        if required:
            structlog.get_logger(__name__).warning(
                "api_key_required", make_one=f"kerf keys create NAME --data {settings.data_dir}"
            )
        port = listener.getsockname()[1]
        opened = settings.model_copy(update={"api_key_required": required, "port": port})
        run(opened, listener, url_of(settings.host, listener))
