"""What messages say is typed: no call that names a message gives it a plain dictionary."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.rendering.fact_types import events, type_name
from nudges.model import message_facts
from tests.source import name, python_files, tree

MODULE = message_facts.__name__.rpartition(".")[2]
EVENTS = frozenset(events())
UNTYPED = {"Facts", "dict[str, Any]", "dict[str, object]", "Mapping[str, Any]", "Mapping[str, object]"}
# A form may have the name of a message, and its facts are its own.
NOT_MESSAGES = {"form"}
# Answers whose facts may be left out, and are then none.
FACTS_OR_NONE = {"say", "tell", "part"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def untyped(path: Path) -> Iterator[str]:
    """Each place of a file where the facts of a message are not of its type."""
    for function in ast.walk(tree(path)):
        if not isinstance(function, Function) or not function.name.endswith("_facts"):
            continue
        if function.returns is None or ast.unparse(function.returns) in UNTYPED:
            yield f"{name(path)}:{function.lineno} {function.name} returns the type of its message"
    for scope, node in _with_scopes(tree(path), None):
        known = _assigned(scope) if scope is not None else {}
        for event, given in _messages(node):
            wanted = f"{MODULE}.{type_name(event)}"
            for expr in known.get(given.id, []) if isinstance(given, ast.Name) else [given]:
                if isinstance(expr, ast.Dict | ast.DictComp) or _type_of(expr) not in (None, wanted):
                    yield f"{name(path)}:{node.lineno} {event} takes {wanted}(…)"
        for event in _without_facts(node):
            yield f"{name(path)}:{node.lineno} {event} needs facts: {MODULE}.{type_name(event)}(…)"


def _with_scopes(node: ast.AST, scope: Function | None) -> Iterator[tuple[Function | None, ast.expr]]:
    """Every call and every dictionary, with the function that it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call | ast.Dict):
            yield scope, child
        yield from _with_scopes(child, child if isinstance(child, Function) else scope)


def _assigned(scope: Function) -> dict[str, list[ast.expr]]:
    """What is given to each name of a function, where the name has no type of a message."""
    result: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    result.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            is_typed = ast.unparse(node.annotation).startswith(f"{MODULE}.")
            if not is_typed:
                result.setdefault(node.target.id, []).append(node.value)
    return result


def _messages(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The message that a call or a rider names, with each value that may be its facts."""
    if isinstance(node, ast.Dict):
        pairs = {ast.unparse(key): value for key, value in zip(node.keys, node.values, strict=True) if key}
        event = _event(pairs.get("'event'"))
        if event and "'facts'" in pairs:
            yield event, pairs["'facts'"]
    elif isinstance(node, ast.Call) and _called(node) not in NOT_MESSAGES:
        event = next((found for each in node.args if (found := _event(each))), None)
        if event is not None:
            yield from ((event, each) for each in node.args)
            yield from ((event, each.value) for each in node.keywords if each.arg == "facts")


def _without_facts(node: ast.expr) -> Iterator[str]:
    """The message that is said without the facts it cannot do without."""
    if not isinstance(node, ast.Call) or _called(node) not in FACTS_OR_NONE:
        return
    for place, expr in enumerate(node.args):
        event = _event(expr)
        if event is None or any(one.arg == "facts" for one in node.keywords) or node.args[place + 1 :]:
            continue
        if getattr(message_facts, type_name(event)).__required_keys__:
            yield event


def _event(node: ast.expr | None) -> str | None:
    is_event = isinstance(node, ast.Constant) and node.value in EVENTS
    return ast.literal_eval(node) if is_event and node is not None else None


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _type_of(node: ast.expr) -> str | None:
    """`message_facts.PairSolo` where that is called; None where something else is given."""
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    return called if called.startswith(f"{MODULE}.") else None


def found() -> dict[str, list[str]]:
    """The files of the core with their places."""
    every = {name(path): list(untyped(path)) for path in python_files("nudges")}
    return {file: places for file, places in every.items() if places}


def test_what_a_message_says_has_the_type_of_that_message() -> None:
    assert not [place for places in found().values() for place in places]
