"""`kerf beat`."""

from cli.environment import database_url, fail, read_settings, start_logs, traces


def beat() -> None:
    """Run the maintenance loops: hints to workers, expired leases, webhooks. Several may run."""
    import asyncio

    from workers.beat import serve

    settings = read_settings()
    start_logs(settings)
    if settings.redis_url is None:
        fail("KERF_REDIS_URL is not set; without Redis use `kerf up`")
    with traces("kerf-beat"):
        asyncio.run(serve(settings, database_url(settings), settings.redis_url.get_secret_value()))
