"""The `kerf` command. Importing it is cheap: each command imports what it needs when it runs."""

import sys

import typer

from cli import operations, parse, segment, sentences
from models.errors import KerfError

BAD_INPUT = 2

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
        sys.stderr.write(f"kerf: {error.code}: {error.detail}\n")
        sys.exit(BAD_INPUT)
    except BrokenPipeError:  # `kerf segment … | head`
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
