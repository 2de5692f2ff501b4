"""`kerf serve` in a hurry: what takes thirty seconds there takes as many as its first argument says."""

import sys

import cli.timely
from api import app
from cli.serve import serve


def main() -> None:
    """Serves on the port of the second argument."""
    app.IDLE_SECONDS = cli.timely.HEAD_SECONDS = float(sys.argv[1])
    serve(host="127.0.0.1", port=int(sys.argv[2]))


if __name__ == "__main__":
    main()
