"""What an API key may do: each scope may all that the one before it may."""

from enum import StrEnum

from models.errors import KerfError


class InsufficientScope(KerfError):
    """This API key may not do that."""

    code = "insufficient_scope"


class Scope(StrEnum):
    """From the least to the most: look at things, make and delete them, manage the tenant's keys."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def covers(self, needed: "Scope") -> bool:
        """Whether who has this scope may do what needs the other."""
        order = list(Scope)
        return order.index(self) >= order.index(needed)
