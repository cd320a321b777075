"""Serves the web page and the API: ``python app.py``."""

import sys

import typer

from bot.errors import HabeasError
from bot.settings import load_settings


def main() -> None:
    """Run until stopped; say in one line why it cannot start."""
    typer.echo("Habeas is starting: its parts, then the law, then the page.")
    from bot.channels.web import serve  # noqa: PLC0415 - seconds that must not pass in silence

    try:
        serve(load_settings())
    except HabeasError as error:
        sys.exit(f"habeas: {error}")


if __name__ == "__main__":
    main()
