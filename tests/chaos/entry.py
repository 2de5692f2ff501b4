"""`python -m tests.chaos.entry [--faulty] COMMAND`: the kerf command with the waits of webhooks shortened.

With `--faulty` parsers do what documents of the fault format order.

A killed sender holds its deliveries for its lease, and a second failure waits five minutes: right for an
installation, too long for a storm of a minute. Everything else is the product as it is.
"""

import sys
from datetime import timedelta
from unittest.mock import patch

from tests.hostile.faulty_child import FAULTY

SHORT: dict[str, object] = {
    "services.webhooks.backoff.SCHEDULE": (0.0, *[1.0] * 30),
    "services.webhooks.delivery.Pace.lease": property(lambda pace: timedelta(seconds=pace.deadline + 3)),
}


def shorten() -> None:
    """Changes the waits; an AttributeError here means that one has moved."""
    for name, value in SHORT.items():
        patch(name, value).start()


if __name__ == "__main__":
    shorten()
    if sys.argv[1] == "--faulty":
        patch("services.runner.process.PROGRAM", FAULTY).start()
        del sys.argv[1]
    from cli.main import main

    sys.argv[0] = "kerf"
    main()
