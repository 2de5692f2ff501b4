"""A fetcher in a process of its own, to be killed: `python fetching.py`, with settings in the environment."""

import asyncio

from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from workers.fetches import fetch


async def main() -> None:
    """Fetch until killed."""
    settings = Settings()
    assert settings.database_url is not None
    engine = make_engine(settings.database_url.get_secret_value())
    await fetch(settings, make_sessions(engine), asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main())
