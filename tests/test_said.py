"""The core holds no sentence: each stands in said.yaml, is asked for by its key, and gets its facts."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.files.phrases import facts_given, keys_of, load_phrases
from tests.source import imports, name, python_files, tree

# Words in small letters that stand here are no sentences: they are what people type.
TYPED = {
    "nudges/rules/typed/likely_meanings.py": "what people mean by what they type",
    "nudges/rules/typed/typed_words.py": "the words that people type, and what each stands for",
}
# What these say is kept in the ledger or written to the log beside what a platform answered, for those who
# run Milepost. There is no playbook where something is sent, and what is stored stays as it was stored.
FOR_OPERATORS = {
    "nudges/use_cases/delivery/attempt.py": "why a message was not taken, as the ledger keeps it",
    "nudges/use_cases/delivery/send_due.py": "why nothing can be sent, as the log shows it",
}
# Words that are stored, and compared with what is stored: they are codes, and are put into words elsewhere.
STORED = {
    "nudges/model/open_page.py": ("first published", "taken out"),
    "nudges/model/partner_step.py": ("left the partnership",),
}
# How English writes a list of names, beside its days and times: another language brings a module of its own.
FORMATS = {"nudges/model/plain_words.py": ("\0 and \0",)}
ALLOWED = {**STORED, **FORMATS}
VALUE = "\0"
WORD = re.compile(r"[^\W\d_]{2,}")
TWO_WORDS = re.compile(r"[\w\0][^\w\s\0]*\s+[^\w\s\0]*[\w\0]")


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every `said(...)` of the core and the rim, with its file and line."""
    for path in python_files("nudges", "bot"):
        if any(dotted == "nudges.said.said" for dotted, _ in imports(path)):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "said":
                    yield f"{name(path)}:{node.lineno}", node


def test_every_key_is_written_out_and_has_its_sentence() -> None:
    known = load_phrases().entries["en"]
    wrong = [
        f"{place} {ast.unparse(call)}"
        for place, call in calls()
        if call.keywords or not (keys := keys_of(call.args[0])) or not set(keys) <= known.keys()
    ]
    assert not wrong, 'said("section.name", {...}), with the sentence in config/messages/said.yaml'


def test_every_sentence_gets_the_facts_that_it_needs() -> None:
    book = load_phrases()
    wrong = [
        f"{place} {key}: {sorted(given)}, the sentence has {sorted(book.facts_of(key))}"
        for place, call in calls()
        if (given := facts_given(call)) is not None
        for key in keys_of(call.args[0])
        if key in book.entries["en"] and given != book.facts_of(key)
    ]
    assert not wrong


def test_every_sentence_is_said_somewhere() -> None:
    used = {key for _, call in calls() for key in keys_of(call.args[0])}
    assert not sorted(load_phrases().entries["en"].keys() - used), "take it out of said.yaml"


def is_sentence(text: str) -> bool:
    """Whether two words follow each other; a value in an f-string counts as one, but not as the only kind."""
    return WORD.search(text) is not None and TWO_WORDS.search(text) is not None


def is_unread(call: ast.Call) -> bool:
    """Whether what is given to this call is a pattern or a line of a log: nobody is told it."""
    called = ast.unparse(call.func)
    return called.startswith(("re.", "logger.", "_log.", "logging."))


@cache
def sentences_in(path: Path) -> tuple[str, ...]:
    """What stands in a file's code and could be read by people, with its line."""
    skipped: set[ast.AST] = set()
    result = []

    def look_at(line: int, words: str) -> None:
        is_typed = name(path) in TYPED and words == words.lower()
        if is_sentence(words) and not is_typed and words not in ALLOWED.get(name(path), ()):
            result.append(f"{name(path)}:{line} {words.replace(VALUE, '{}')}")

    for node in ast.walk(tree(path)):
        if node in skipped:
            skipped.update(ast.iter_child_nodes(node))
            continue
        match node:
            case ast.Expr(value=ast.Constant()):  # a docstring
                skipped.add(node.value)
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                skipped.add(node.value)
            case ast.Call() if is_unread(node):
                skipped.update(ast.iter_child_nodes(node))
            case ast.JoinedStr():
                texts = [each for each in node.values if isinstance(each, ast.Constant)]
                skipped.update(texts)
                skipped.update(
                    expr.format_spec
                    for expr in node.values
                    if isinstance(expr, ast.FormattedValue) and expr.format_spec
                )
                words = "".join(str(each.value) if each in texts else VALUE for each in node.values)
                look_at(node.lineno, words)
            case ast.Constant(value=str(words)):
                look_at(node.lineno, words)
    return tuple(result)


def test_no_sentence_stands_in_the_core() -> None:
    wrong = [
        sentence
        for path in python_files("nudges")
        if name(path) not in FOR_OPERATORS
        for sentence in sentences_in(path)
    ]
    assert not wrong, "put it into config/messages/said.yaml and write said(...)"


def test_a_file_without_a_sentence_is_on_no_list() -> None:
    holding = {name(path) for path in python_files("nudges") if sentences_in(path)}
    assert not sorted(FOR_OPERATORS.keys() - holding), "take it out"
    assert TYPED.keys() | ALLOWED.keys() <= {name(path) for path in python_files("nudges")}
