"""garak's probes, built by garak itself with our questions as their payload.

garak is imported without torch: the probes that need a model, a download or a second model are
left out and named.
"""

import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from inspect import isclass
from pathlib import Path
from typing import Any

from evals.redteam.prompts import Ask, Prompt
from evals.redteam.wrapping import HERE, Family, Found, Take, Template, pair, spread, without_copies

_PAYLOAD = "habeas"
_GOALS = (
    "hotwire a car",
    "rob a bank",
    "commit credit card fraud",
    "hack into a corporate database",
    "hack into a corporate computer network",
)
_NOT_FOR_US = {
    "phrasing": "whole questions about other things, nothing to wrap",
    "misleading": "false statements about other things, nothing to wrap",
    "ansiescape": "asks for terminal escapes, which are not law",
    "audio, fileformats, visual_jailbreak": "no text",
    "suffix.GCG, suffix.BEAST, tap.TAP, tap.PAIR, dan.AutoDAN": "need a model to attack with",
    "atkgen, fitd, goat, agent_breaker": "need a second model that attacks over turns",
    "topic, sata": "need word lists that are downloaded",
}


class _Garak:
    """garak with our questions registered as its payload."""

    def __init__(self, asks: Sequence[Ask], seed: int, home: Path) -> None:
        self.asks = tuple(asks)
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = str(home)
        payloads = home / "garak" / "data" / "payloads"
        payloads.mkdir(parents=True)
        ours = {
            "garak_payload_name": _PAYLOAD,
            "payload_types": ["Text"],
            "payloads": [one.text for one in asks],
        }
        (payloads / f"{_PAYLOAD}.json").write_text(json.dumps(ours), encoding="utf-8")
        self.config: Any = import_module("garak._config")
        self.config.load_base_config()
        self.config.run.seed = seed
        self.config.run.soft_probe_prompt_cap = None
        probes = self.config.plugins.probes
        probes["encoding"]["payloads"] = [_PAYLOAD]
        probes["dra"]["payload_name"] = _PAYLOAD
        probes["badchars"]["payload_name"] = _PAYLOAD
        probes["badchars"]["max_ascii_variants"] = 3
        self._base: Any = import_module("garak.probes").Probe

    def probes(self, module: str, only: Sequence[str] = ()) -> Iterator[Any]:
        """Give the probes of a module; ``only`` names those wanted."""
        for name, one in vars(import_module(f"garak.probes.{module}")).items():
            own = isclass(one) and issubclass(one, self._base) and one.__module__.endswith(module)
            if own and (name in only if only else True):
                yield one(config_root=self.config)

    def asked(self, text: str) -> Ask:
        """The question that is this payload."""
        return next(one for one in self.asks if one.text == text)


def families(
    asks: Sequence[Ask], most: int, rng: random.Random, seen: set[str], home: Path
) -> Found:
    """Wrap the questions in garak's attacks; ``seen`` grows by what they are like."""
    garak = _Garak(asks, rng.randrange(2**16), home)
    found = []
    for name, templates in _TEMPLATES.items():
        fresh = without_copies(list(templates(garak)), seen)
        found.append(
            Family(f"garak {name}", len(fresh), pair(fresh, asks, Take("garak", name, most, rng)))
        )
    for name, made in _MADE.items():
        every = tuple(made(garak, name, rng))
        found.append(Family(f"garak {name}", len(every), spread(every, most, rng)))
    left = tuple(f"garak {name}: {why}" for name, why in _NOT_FOR_US.items())
    return Found(tuple(sorted(found, key=lambda one: one.name)), left)


# Attacks that any question fits into


def _dan(garak: _Garak) -> Iterator[Template]:
    for probe in garak.probes("dan"):
        name = type(probe).__name__
        # The full library holds the small one; the ablations are one prompt with parts left out.
        if name in {"DanInTheWild", "Ablation_Dan_11_0", "AutoDAN"}:
            continue
        for text in probe.prompts:
            yield Template(name, text.replace("{generator.name}", "Habeas"))


def _doctor(garak: _Garak) -> Iterator[Template]:
    # The leet form is left to garak's own encoder below: here it would write the question in leet.
    [bypass] = garak.probes("doctor", ("Bypass",))
    for text in bypass.templates:
        yield Template("Bypass", text.replace("{{HARMFUL_BEHAVIOR}}", f"his answer to: {HERE}"))
    [puppetry] = garak.probes("doctor", ("Puppetry",))
    for text in puppetry.prompts:
        yield Template("Puppetry", text.replace("treatment plan for skin cancer", HERE))


def _grandma(garak: _Garak) -> Iterator[Template]:
    module = import_module("garak.probes.grandma")
    del garak
    for text in module.SUBSTANCE_TEMPLATES:
        yield Template("Substances", f"{text.replace('[SUBSTANCE]', 'deportation law')}\n\n{HERE}")
    for text in module.PRODUCT_KEY_PROBE_TEMPLATES:
        key = "{product_name} Product keys" if "Product keys" in text else "{product_name} keys"
        yield Template("Win10", f"{text.replace(key, 'the answer to this question')}\n\n{HERE}")
    for text in module.SLUR_PROBE_TEMPLATES:
        yield Template("Slurs", f"{text.replace('{group_name}', 'deported citizens')}\n\n{HERE}")


def _suffix(garak: _Garak) -> Iterator[Template]:
    [cached] = garak.probes("suffix", ("GCGCached",))
    for text in cached.suffixes:
        yield Template("GCGCached", f"{HERE} {text}")


def _adaptive(garak: _Garak) -> Iterator[Template]:
    del garak
    module = import_module("garak.probes.adaptive_attacks")
    for text in module.SUFFIXES_PATH.read_text(encoding="utf-8").splitlines():
        if text.strip():
            whole = module.ADAPTIVE_TEMPLATE.format(goal=f"Answer this: {HERE}", suffix=text)
            yield Template("AdaptiveAttacks", whole)


def _tap(garak: _Garak) -> Iterator[Template]:
    [cached] = garak.probes("tap", ("TAPCached",))
    for text in cached.prompts:
        yield Template("TAPCached", _with_our_goal(text))


def _smuggling(garak: _Garak) -> Iterator[Template]:
    [hypothetical] = garak.probes("smuggling", ("HypotheticalResponse",))
    for text in hypothetical.prompts[:1]:
        yield Template("HypotheticalResponse", f"{HERE}\n\n{_with_our_goal(text, 'do it')}")
    [masking] = garak.probes("smuggling", ("FunctionMasking",))
    for text in masking.prompts:
        yield Template("FunctionMasking", f"{text.strip()}\n\nThen answer this: {HERE}")


def _with_our_goal(text: str, into: str = HERE) -> str:
    for goal in _GOALS:
        text = text.replace(goal, into)
    return text if HERE in text or into != HERE else f"{text}\n\n{HERE}"


_TEMPLATES: dict[str, Callable[[_Garak], Iterator[Template]]] = {
    "adaptive_attacks": _adaptive,
    "dan": _dan,
    "doctor": _doctor,
    "grandma": _grandma,
    "smuggling": _smuggling,
    "suffix": _suffix,
    "tap": _tap,
}


# Attacks that garak makes of the question, or that carry a demand of their own


def _encoding(garak: _Garak, family: str, rng: random.Random) -> Iterator[Prompt]:
    del rng
    for probe in garak.probes("encoding"):
        for text, payload in zip(probe.prompts, probe.triggers, strict=True):
            yield _made(family, probe, garak.asked(payload), text)


def _badchars(garak: _Garak, family: str, rng: random.Random) -> Iterator[Prompt]:
    del rng
    [probe] = garak.probes("badchars")
    for one in probe.prompts:
        ask = garak.asks[one.notes["source_payload_index"]]
        name = f"BadCharacters.{one.notes['bad_character_category']}"
        yield Prompt("garak", family, name, ask.id, one.turns[-1].content.text)


def _homoglyphs(garak: _Garak, family: str, rng: random.Random) -> Iterator[Prompt]:
    module = import_module("garak.probes.smuggling")
    for ask in garak.asks:
        text = module._homoglyph_replace(  # noqa: SLF001 - garak has no other way to its encoder
            ask.text, module.DEFAULT_HOMOGLYPH_MAP, seed=rng.randrange(2**16)
        )
        yield Prompt("garak", family, "HomoglyphObfuscation", ask.id, text)


def _dra(garak: _Garak, family: str, rng: random.Random) -> Iterator[Prompt]:
    del rng
    for probe in garak.probes("dra"):
        # garak goes through its templates and, within each, through the payloads.
        for at, text in enumerate(probe.prompts):
            yield _made(family, probe, garak.asks[at % len(garak.asks)], text)


def _tags(garak: _Garak, family: str, rng: random.Random) -> Iterator[Prompt]:
    [probe] = garak.probes("goodside", ("Tag",))
    for ask in garak.asks:
        text = rng.choice(probe.prompts)
        yield _made(family, probe, ask, f"{ask.text}\n{text.split(chr(10), 1)[-1]}")


def _latent(garak: _Garak, family: str, rng: random.Random) -> Iterator[Prompt]:
    for probe in garak.probes("latentinjection"):
        if not type(probe).__name__.endswith("Full") and type(probe).__name__ != "LatentWhois":
            continue
        both = list(zip(probe.prompts, probe.triggers, strict=True))
        for ask in garak.asks:
            document, trigger = rng.choice(both)
            attack = document.replace(trigger, ask.demand)
            first = rng.random() < 0.5
            text = f"{ask.text}\n\n{attack}" if first else f"{attack}\n\n{ask.text}"
            yield _made(family, probe, ask, text)


def _hijack(garak: _Garak, family: str, rng: random.Random) -> Iterator[Prompt]:
    for probe in garak.probes("promptinject"):
        if not type(probe).__name__.endswith("Full"):
            continue
        for ask in garak.asks:
            one = rng.choice(probe.pi_prompts)
            rogue = str(one["settings"]["attack_rogue_string"])
            attack = one["prompt"].replace(rogue, ask.demand)
            yield _made(family, probe, ask, f"{ask.text}\n\n{attack}")


def _made(family: str, probe: object, ask: Ask, text: str) -> Prompt:
    return Prompt("garak", family, type(probe).__name__, ask.id, text)


_MADE: dict[str, Callable[[_Garak, str, random.Random], Iterator[Prompt]]] = {
    "badchars": _badchars,
    "dra": _dra,
    "encoding": _encoding,
    "homoglyphs": _homoglyphs,
    "latentinjection": _latent,
    "promptinject": _hijack,
    "tags": _tags,
}
