"""A receiver as a process: verifies every signature, ledgers every request, then answers.

`python -m tests.chaos.receiver PORT LEDGER SECRET_FILE SEED`. A ledger line is one write with O_APPEND, so it
survives a SIGKILL whole. A share of the messages is refused once, and some are answered late.
"""

import json
import os
import random
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

REFUSED_SHARE, LATE_SHARE = 0.10, 0.05
LATE_SECONDS = 0.5


class Receiver(ThreadingHTTPServer):
    """Serves on loopback."""

    daemon_threads = True

    def __init__(self, port: int, ledger: Path, secret: Path, seed: str) -> None:
        self.ledger = os.open(ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.secret = secret
        self.seed = seed
        self.seen: set[str] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def status_of(self, message: str) -> int:
        """503 for the first attempt of some messages; the same ones for the same seed."""
        first = message not in self.seen
        self.seen.add(message)
        refused = random.Random(self.seed + message).random() < REFUSED_SHARE
        return 503 if first and refused else 200

    def note(self, **entry: object) -> None:
        """One line of the ledger."""
        os.write(self.ledger, json.dumps(entry).encode() + b"\n")


class Handler(BaseHTTPRequestHandler):
    """Answers POST."""

    server: Receiver

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's signature
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        message = headers.get("webhook-id", "")
        try:
            said = Webhook(self.server.secret.read_text().strip()).verify(body, headers)
        except WebhookVerificationError:
            status, said = 401, {}
        else:
            status = self.server.status_of(message)
        if random.Random(self.server.seed + message + "late").random() < LATE_SHARE:
            time.sleep(LATE_SECONDS)
        data = said.get("data", {})
        self.server.note(
            message=message,
            status=status,
            type=said.get("type"),
            document=data.get("document"),
            sequence=data.get("sequence"),
        )
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()


if __name__ == "__main__":
    given_port, given_ledger, given_secret, given_seed = sys.argv[1:]
    Receiver(int(given_port), Path(given_ledger), Path(given_secret), given_seed).serve_forever()
