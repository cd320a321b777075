"""Take the prompts of garak and PyRIT; runs in an environment of its own (``.venv-redteam``).

    python -m evals.redteam.harvest QUESTIONS OUT --most 60 --seed 0

The prompts are read from the installed packages at run time. None is kept in this repository.
"""

import argparse
import random
import tempfile
from importlib.metadata import metadata, version
from pathlib import Path

from evals.redteam.prompts import Harvest, Prompt, read_asks, write_harvest


def main() -> None:
    """Read questions, write wrapped prompts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--most", type=int, default=60, help="prompts of each family, at most")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    asks = read_asks(options.questions)
    with tempfile.TemporaryDirectory() as home:
        # garak reads its home from the environment when it is imported.
        from evals.redteam import garak_probes, pyrit_templates  # noqa: PLC0415

        # garak's probes draw from the one generator of the process.
        random.seed(options.seed)
        rng = random.Random(options.seed)  # noqa: S311 - reproducible on purpose
        seen: set[str] = set()
        pyrit = pyrit_templates.families(asks, options.most, rng, seen)
        garak = garak_probes.families(asks, options.most, rng, seen, Path(home))
    prompts: list[Prompt] = []
    available: dict[str, int] = {}
    for one in (*garak.families, *pyrit.families):
        prompts += one.prompts
        available[one.name] = one.available
    harvest = Harvest(
        versions={name: version(name) for name in ("garak", "pyrit")},
        licences={name: _licence(name) for name in ("garak", "pyrit")},
        available=available,
        left_out=(*garak.left_out, *pyrit.left_out),
        prompts=tuple(prompts),
    )
    write_harvest(options.out, harvest)
    print(f"{len(prompts)} prompts of {len(available)} families")


def _licence(name: str) -> str:
    about = metadata(name)
    said = (about[key] for key in ("License-Expression", "License") if key in about)
    return next(said, "not stated")


if __name__ == "__main__":
    main()
