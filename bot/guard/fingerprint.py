"""Names the rule data by its content, so that a ruling can be laid to what decided it."""

import hashlib
from functools import cache
from importlib import resources


@cache
def rules_hash() -> str:
    """Give the SHA-256 of the rules, the words they look for and the openings, in hex."""
    home = resources.files("bot.guard")
    files = {
        f"{folder}{one.name}": one
        for folder, place in (("", home), ("words/", home.joinpath("words")))
        for one in place.iterdir()
        if one.name.endswith(".toml")
    }
    digest = hashlib.sha256()
    for name in sorted(files):
        content = files[name].read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
