"""`kerf inference`."""

import signal
import threading
from functools import partial

from cli.environment import fail, read_settings, start_logs


def inference() -> None:
    """Embed texts for all workers of this machine, at KERF_INFERENCE_SOCKET, on KERF_PROVIDERS."""
    from models.errors import KerfError
    from services.inference.embedding.engines import embedding_of, late_of
    from services.inference.providers import check_available
    from services.inference.serving.server import Networks, Server

    settings = read_settings()
    start_logs(settings)
    if settings.inference_socket is None:
        fail("KERF_INFERENCE_SOCKET is not set")
    models = settings.models_dir or settings.data_dir / "models"
    providers = settings.provider_names
    try:
        check_available(providers)
        networks = Networks(
            partial(embedding_of, models=models, providers=providers),
            partial(late_of, models=models, providers=providers),
        )
        server = Server(settings.inference_socket, networks)
    except KerfError as error:
        fail(error.detail)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    with server:
        server.serve_forever()
