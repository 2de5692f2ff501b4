"""Whether the secret key is there, is no guess, is private, opens what is stored and knows the API keys."""

import stat
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from cli.findings import Finding, State
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.peppers import Peppers
from services.infra.secrets import KEY_FILE, Cipher, weakness
from services.keys import strangers
from services.webhooks.rotation import unreadable

NAME = "secret key"
MAKE_ONE = "make one with `openssl rand -base64 48`, put it first, the old one behind a comma"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


async def check_secret_key(settings: Settings, url: str | None) -> Finding:
    """The key of the settings, or of the key file; nothing is made."""
    path = settings.data_dir / KEY_FILE
    if settings.secret_key is not None:
        keys, where = settings.secret_key.get_secret_value().split(","), "KERF_SECRET_KEY"
    else:
        where = str(path)
        try:
            keys, mode = [path.read_text(encoding="ascii")], path.stat().st_mode
        except FileNotFoundError:
            return await _missing(url)
        except (OSError, UnicodeError) as error:
            return Finding(NAME, State.BROKEN, f"{path} cannot be read: {type(error).__name__}")
        if mode & OTHERS:
            return Finding(NAME, State.BROKEN, f"{path} is open to others ({stat.filemode(mode)})")
    return await _judged([key.strip() for key in keys], where, url)


async def _judged(keys: Sequence[str], where: str, url: str | None) -> Finding:
    for key in keys:
        if why := weakness(key):
            return Finding(NAME, State.BROKEN, f"a key of {where} {why}: {MAKE_ONE}")
    webhooks, unknown = await _lost(url, keys)
    if webhooks:
        detail = (
            f"{where} does not open the secrets of {webhooks} webhooks: the key that sealed them is missing"
        )
        return Finding(NAME, State.BROKEN, detail)
    if unknown:
        detail = f"{where} does not know {unknown} API keys: the key they were made with is missing"
        return Finding(NAME, State.BROKEN, detail)
    return Finding(NAME, State.GOOD, where)


async def _missing(url: str | None) -> Finding:
    webhooks, unknown = await _lost(url, [])
    if webhooks or unknown:
        what = f"{webhooks} webhooks and {unknown} API keys"
        detail = f"{what} were made with a secret key that is not here: set KERF_SECRET_KEY"
        return Finding(NAME, State.BROKEN, detail)
    detail = f"{KEY_FILE} is made at the first start; where api and beat share no folder, set KERF_SECRET_KEY"
    return Finding(NAME, State.ABSENT, detail)


async def _lost(url: str | None, keys: Sequence[str]) -> tuple[int, int]:
    """How many webhooks and API keys need another key; none when there is no database to ask."""
    if url is None:
        return 0, 0
    engine = make_engine(url)
    try:
        async with make_sessions(engine)() as session:
            webhooks = await unreadable(session, Cipher(keys) if keys else None)
            return webhooks, await strangers(session, Peppers(keys) if keys else None)
    except (SQLAlchemyError, OSError):
        return 0, 0
    finally:
        await engine.dispose()
