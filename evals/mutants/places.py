"""Where a file can be made wrong: every function, also a decorated one, and every constant."""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import PROJECT_DIR
from evals.mutants.changes import changes

_SKIPPED = frozenset({"annotation", "returns", "decorator_list", "type_params", "ctx"})


@dataclass(frozen=True)
class Name:
    """A mutant's name: it outlives line moves. ``number`` tells twins of one text apart."""

    file: str
    function: str
    was: str
    becomes: str
    number: int = 1


@dataclass(frozen=True)
class _Slot:
    """A place in the tree: a field of a node, or one item of a list that is its field."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, new: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, new)
        else:
            getattr(self.parent, self.field)[self.index] = new


@dataclass(frozen=True)
class _Found:
    """A node, where it hangs, the statement it is part of, and the function or constant."""

    node: ast.AST
    slot: _Slot
    statement: ast.stmt
    function: str


@dataclass(frozen=True)
class Mutant:
    """One change of one node; ``constant`` where the node is outside any function."""

    name: Name
    tree: ast.Module
    constant: bool
    slot: Any
    old: ast.AST
    new: ast.AST

    @contextmanager
    def planted(self) -> Iterator[ast.Module]:
        """Give the tree of the whole file with the change in it; it is taken out again."""
        self.slot.put(self.new)
        try:
            yield ast.fix_missing_locations(self.tree)
        finally:
            self.slot.put(self.old)


def mutants(file: str, root: Path = PROJECT_DIR) -> tuple[Mutant, ...]:
    """Give every mutant of a file, in the order of its lines."""
    tree = ast.parse((root / file).read_text(encoding="utf-8"))
    functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
    seen: Counter[Name] = Counter()
    out: list[Mutant] = []
    for found in _top(tree):
        for new in changes(found.node):
            was, becomes = _texts(found, new)
            bare = Name(file, found.function, was, becomes)
            seen[bare] += 1
            name = Name(file, found.function, was, becomes, seen[bare])
            constant = found.statement in tree.body and found.statement not in functions
            out.append(Mutant(name, tree, constant, found.slot, found.node, new))
    return tuple(out)


def _top(tree: ast.Module) -> Iterator[_Found]:
    """Every node in functions, methods and constants of the module."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            yield from _inside(statement, statement, statement.name)
        elif isinstance(statement, ast.ClassDef):
            for one in statement.body:
                if isinstance(one, ast.FunctionDef):
                    yield from _inside(one, one, f"{statement.name}.{one.name}")
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            if isinstance(target, ast.Name) and target.id != "__all__":
                yield from _inside(statement, statement, target.id)


def _inside(node: ast.AST, statement: ast.stmt, function: str) -> Iterator[_Found]:
    for field, value in ast.iter_fields(node):
        if field in _SKIPPED:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _is_docstring(child):
                continue
            own = child if isinstance(child, ast.stmt) else statement
            yield _Found(child, _Slot(node, field, index), own, function)
            yield from _inside(child, own, function)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _texts(found: _Found, new: ast.AST) -> tuple[str, str]:
    """The head of the statement before and after the change."""
    was = _head(found.statement)
    if isinstance(new, ast.stmt):
        return was, _head(new)
    found.slot.put(new)
    try:
        return was, _head(found.statement)
    finally:
        found.slot.put(found.node)


def _head(statement: ast.stmt) -> str:
    """One line of source for a statement, without what is indented under it."""
    shallow = copy.copy(statement)
    for field in ("body", "orelse", "finalbody", "handlers", "decorator_list"):
        if isinstance(getattr(shallow, field, None), list):
            setattr(shallow, field, [ast.Pass()] if field == "body" else [])
    text = ast.unparse(ast.fix_missing_locations(shallow))
    return text.removesuffix("\n    pass").strip()
