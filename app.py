"""Serves the web page and the API: ``python app.py``."""

import sys

from bot.channels.web import serve
from bot.errors import HabeasError
from bot.settings import load_settings


def main() -> None:
    """Run until stopped; say in one line why it cannot start."""
    try:
        serve(load_settings())
    except HabeasError as error:
        sys.exit(f"habeas: {error}")


if __name__ == "__main__":
    main()
