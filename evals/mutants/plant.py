"""Put a mutant into the running process: its code in place of the function's, which stays itself.

So nothing is copied or imported again, and whoever holds the function holds the mutant.
"""

import ast
import sys
import types
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from evals.mutants.places import Mutant
from evals.problems import RunFailed


def module_of(file: str) -> types.ModuleType:
    """Import the module a file of the project holds."""
    return import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def plant(mutant: Mutant) -> None:
    """Make this process run ``mutant``; only for a process that ends with the trial.

    Raises:
        Exception: a constant that cannot be computed, as it would be at start.
    """
    module = module_of(mutant.name.file)
    with mutant.planted() as tree:
        if mutant.constant:
            _set_constant(module, mutant.name.function, tree)
            return
        code = compile(tree, str(module.__file__), "exec")
        defaults = _defaults(tree, mutant.name.function, module)
    function = function_of(module, mutant.name.function)
    function.__code__ = _code_of(code, mutant.name.function)
    function.__defaults__, function.__kwdefaults__ = defaults


def function_of(module: types.ModuleType, qualname: str) -> types.FunctionType:
    """Give the plain function under its decorators."""
    owner: Any = module
    *classes, name = qualname.split(".")
    for one in classes:
        owner = getattr(owner, one)
    found: Any = vars(owner)[name]
    if isinstance(found, property):
        found = found.fget
    found = getattr(found, "__func__", found)
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    if not isinstance(found, types.FunctionType):
        raise RunFailed(f"{module.__name__}.{qualname} is no function that can be changed")
    return found


def _code_of(module: types.CodeType, qualname: str) -> types.CodeType:
    for one in _codes(module):
        if one.co_qualname == qualname:
            return one
    raise RunFailed(f"{qualname} is not in the changed code")


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield one
            yield from _codes(one)


def _defaults(
    tree: ast.Module, qualname: str, module: types.ModuleType
) -> tuple[tuple[Any, ...] | None, dict[str, Any] | None]:
    """The defaults of a function as the changed tree has them."""
    body: Any = tree.body
    for name in qualname.split("."):
        found = next(one for one in body if getattr(one, "name", None) == name)
        body = found.body
    args = found.args
    evaluate = _evaluator(module)
    named = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    keywords = {arg.arg: evaluate(value) for arg, value in named if value is not None}
    return tuple(map(evaluate, args.defaults)) or None, keywords or None


def _set_constant(module: types.ModuleType, name: str, tree: ast.Module) -> None:
    """Set a constant anew wherever it was imported."""
    statement = next(one for one in tree.body if name in _targets(one))
    new = _evaluator(module)(statement.value)  # type: ignore[attr-defined]
    old = getattr(module, name)
    for one in list(sys.modules.values()):
        if one is not None and one.__name__.split(".")[0] in {"bot", "evals", "tests"}:
            for key, value in list(vars(one).items()):
                if key == name and value is old:
                    setattr(one, key, new)


def _targets(statement: ast.stmt) -> list[str]:
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def _evaluator(module: types.ModuleType) -> Callable[[ast.expr], Any]:
    def evaluate(expression: ast.expr) -> Any:  # noqa: ANN401 - a value of the project
        code = compile(ast.Expression(expression), str(module.__file__), "eval")
        return eval(code, vars(module))  # noqa: S307 - the project's own source

    return evaluate
