"""Arrows run one way, and each outside library is named in the modules that may know it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MAY_IMPORT = {
    "gradio": {"bot/channels/page/blocks.py", "bot/channels/page/forget.py"},
    "chromadb": {"bot/index/vectors.py"},
    "langchain": {"bot/answer/models.py", "bot/index/embed.py"},
    "langchain_core": {
        "bot/answer/chain.py", "bot/answer/models.py", "bot/index/embed.py",
        "bot/retrieve/langchain_retriever.py",
        "evals/adversary.py", "evals/models.py", "evals/stability.py", "evals/watch.py",
    },
    "langchain_openai": {"bot/answer/models.py", "bot/index/embed.py"},
    "limits": {"bot/channels/door.py"},
    "mcp": {"bot/channels/mcp_server.py"},
    "openai": {
        "bot/answer/chain.py", "bot/answer/models.py", "bot/index/embed.py", "evals/inspect_task.py",
    },
    "prometheus_client": {"bot/channels/metrics.py"},
    "slack_bolt": "bot/channels/slack/",
    "slack_sdk": "bot/channels/slack/",
    "sqlalchemy": ("bot/store/", "bot/channels/slack/"),
}  # fmt: skip

# What a part of bot/ may import of the others; `guard` must be readable and provable alone.
LAYERS = {
    "types": {"errors"},
    "errors": set(),
    "settings": {"errors"},
    "privacy": set(),
    "audit": {"types"},
    "text": {"types", "errors", "text"},
    "guard": {"types", "errors", "text", "guard"},
    "sources": {"types", "errors", "text", "sources", "settings"},
    "index": {"types", "errors", "text", "sources", "index", "settings", "privacy"},
    "retrieve": {"types", "errors", "text", "sources", "index", "retrieve", "settings"},
    "answer": {"types", "errors", "text", "sources", "guard", "retrieve", "answer", "settings", "privacy", "audit"},
    "store": {"types", "errors", "settings", "store", "audit"},
    "live": set(),
    "opened": {
        "types", "errors", "text", "sources", "guard", "index", "retrieve", "answer", "settings", "privacy",
        "audit",
    },
    "engine": {
        "live", "opened",
        "types", "errors", "text", "sources", "guard", "index", "retrieve", "answer", "settings", "privacy",
        "audit",
    },
}  # fmt: skip
CHANNEL_MAY = {
    "types",
    "errors",
    "settings",
    "privacy",
    "engine",
    "store",
    "channels",
    "text",
    "audit",
}
ADMIN = {
    "bot/channels/admin.py",
    "bot/channels/admin_html.py",
    "bot/channels/cli.py",
    "bot/channels/doctor.py",
    "bot/channels/document_commands.py",
    "bot/channels/law_commands.py",
    "bot/channels/library_commands.py",
}


def imported(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module == "bot":
                names += [f"bot.{alias.name}" for alias in node.names]
            else:
                names.append(node.module)
    return names


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("library", sorted(MAY_IMPORT))
def test_a_library_is_known_only_where_it_is_adapted(library):
    allowed = MAY_IMPORT[library]
    for path in [*sources("bot"), *sources("evals"), ROOT / "app.py"]:
        name = str(path.relative_to(ROOT))
        if any(one.split(".")[0] == library for one in imported(path)):
            fine = name.startswith(allowed) if isinstance(allowed, str | tuple) else name in allowed
            assert fine, f"{name} imports {library}"


@pytest.mark.parametrize("part", sorted(LAYERS))
def test_arrows_run_one_way(part):
    paths = sources(f"bot/{part}") or [ROOT / f"bot/{part}.py"]
    for path in paths:
        for name in imported(path):
            pieces = name.split(".")
            if pieces[0] == "bot" and len(pieces) > 1:
                assert pieces[1] in LAYERS[part] | {part}, (
                    f"{path.relative_to(ROOT)} imports {name}"
                )


def test_channels_decide_nothing():
    """A channel reaches model, guard and index only through the engine; admin commands may build."""
    for path in sources("bot/channels"):
        name = str(path.relative_to(ROOT))
        if name in ADMIN:
            continue
        for one in imported(path):
            pieces = one.split(".")
            if pieces[0] == "bot" and len(pieces) > 1:
                assert pieces[1] in CHANNEL_MAY, f"{name} imports {one}"


def test_only_the_engines_own_run_reads_a_model():
    """No way leads from a channel to a model but through the gate."""
    users = [
        str(path.relative_to(ROOT))
        for path in sources("bot")
        if any(one.startswith("bot.answer.chain") for one in imported(path))
    ]
    assert users == ["bot/opened.py"]
    run = (ROOT / "bot/answer/run.py").read_text(encoding="utf-8")
    assert "Gate(" in run


def test_the_guard_is_pure():
    """No file, network, clock, randomness or model inside the guard; data is read once as resource."""
    banned = {"os", "io", "time", "datetime", "random", "socket", "asyncio", "subprocess", "urllib", "http", "pathlib"}  # fmt: skip
    for path in sources("bot/guard"):
        names = {one.split(".")[0] for one in imported(path)}
        assert not names & banned, f"{path.name} imports {names & banned}"
