"""PyRIT's jailbreak templates, read as the data files its package holds.

Importing PyRIT pulls a database and torch; the templates need neither.
"""

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import yaml

from evals.redteam.prompts import Ask
from evals.redteam.wrapping import HERE, Family, Found, Take, Template, pair, without_copies

_FAMILIES = {
    "in_the_wild": "in the wild",
    "pliny": "pliny",
    "Arth_Singh": "arth singh",
    "multi_parameter": "several parameters",
}
_TOP = "templates"
_FILLED = {"target_group": "immigrants", "language": "English"}


def families(asks: Sequence[Ask], most: int, rng: random.Random, seen: set[str]) -> Found:
    """Wrap the questions in PyRIT's templates; ``seen`` grows by what they are like."""
    where = _package() / "datasets" / "jailbreak" / "templates"
    by_family: dict[str, list[Template]] = defaultdict(list)
    left_out: list[str] = []
    for path in sorted(where.rglob("*.yaml")):
        relative = path.relative_to(where).with_suffix("")
        family = _FAMILIES.get(relative.parts[0], relative.parts[0])
        text = _template(path)
        if text is None:
            left_out.append(f"PyRIT {relative.as_posix()}: has no place for a question")
        else:
            by_family[family if len(relative.parts) > 1 else _TOP].append(
                Template(relative.as_posix(), text)
            )
    found = []
    for name, templates in sorted(by_family.items()):
        fresh = without_copies(templates, seen)
        prompts = pair(fresh, asks, Take("PyRIT", name, most, rng))
        found.append(Family(f"PyRIT {name}", len(fresh), prompts))
    return Found(tuple(found), tuple(left_out))


def _package() -> Path:
    """Folder of the installed package, without importing it."""
    spec = find_spec("pyrit")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("pyrit is not installed here; run `make redteam`")
    return Path(spec.submodule_search_locations[0])


def _template(path: Path) -> str | None:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    text = str(raw.get("value") or "")
    for name in raw.get("parameters") or ():
        into = HERE if name == "prompt" else _FILLED.get(name, name.replace("_", " "))
        place = rf"\{{\{{\s*{re.escape(name)}\s*\}}\}}"
        text = into.join(re.split(place, text))
    return text if HERE in text else None
