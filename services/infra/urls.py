"""Addresses of the database in the one form the driver understands."""

DRIVER = "postgresql+psycopg://"
ACCEPTED = ("postgresql://", "postgres://", "postgresql+psycopg://")


def psycopg_url(url: str) -> str:
    """`postgres://…` and `postgresql://…` as SQLAlchemy's psycopg URL; ValueError for anything else."""
    for scheme in ACCEPTED:
        if url.startswith(scheme):
            return DRIVER + url.removeprefix(scheme)
    raise ValueError("the database URL must start with postgresql:// or postgres://")
