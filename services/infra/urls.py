"""Addresses in settings, read into the one form that is understood."""

from urllib.parse import urlsplit

DRIVER = "postgresql+psycopg://"
WEB_PORTS = {"https": 443, "http": 80}
ACCEPTED = ("postgresql://", "postgres://", "postgresql+psycopg://")


def psycopg_url(url: str) -> str:
    """`postgres://…` and `postgresql://…` as SQLAlchemy's psycopg URL; ValueError for anything else."""
    for scheme in ACCEPTED:
        if url.startswith(scheme):
            return DRIVER + url.removeprefix(scheme)
    raise ValueError("the database URL must start with postgresql:// or postgres://")


def web_origin(url: str) -> tuple[str, int]:
    """The host, in lower case, and the port of a web address; ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in WEB_PORTS or not parts.hostname:
        raise ValueError("it begins with https:// or http:// and names a host")
    return parts.hostname.rstrip("."), parts.port or WEB_PORTS[parts.scheme]
