"""The `kerf` command. Importing it is cheap: each command imports what it needs when it runs."""

import os
import sys

import typer

from cli import operations, parse, segment, sentences
from cli.files import BAD_INPUT, report
from models.errors import KerfError

app = typer.Typer(
    help="Kerf cuts documents into chunks you can trace, with nothing lost.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("segment")(segment.segment)
app.command("parse")(parse.parse)
app.command("sentences")(sentences.sentences)
operations.add_to(app)


def main() -> None:
    """Run the command line; a typed error is one line on stderr and exit code 2."""
    try:
        app()
    except KerfError as error:
        report(error.code, error.detail)
        sys.exit(BAD_INPUT)
    except BrokenPipeError:  # `kerf segment … | head`: what is still buffered has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
