"""A digest of code that decides: the same for the same meaning, whatever the comments say and however it is laid out."""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import CodeType, FunctionType
from typing import Any

HERE = "sbwarn.labels"
SILENT = frozenset({"annotation", "returns", "type_comment", "type_params", "kind", "ctx", "decorator_list"})
"""Parts of a syntax tree that decide nothing, or that not every version of Python writes."""


def digest_of(facts: Sequence[object], deciding: Sequence[Callable[..., Any]], others: Sequence[str]) -> str:
    """SHA-256 of some facts, of functions with all that they call and name in this room, and of other digests.

    Args:
        facts: Whatever has a plain `repr`.
        deciding: Functions, or functions with some arguments given.
        others: Digests of what is decided elsewhere.
    """
    given = [sorted(each.keywords.items()) for each in deciding if isinstance(each, partial) and not others]
    functions = [each.func if isinstance(each, partial) else each for each in deciding]
    found: dict[str, str] = {}
    for function in functions:
        _gather(function, found)
    code = [f"{name}={found[name]}" for name in sorted(found)]
    text = "\n".join([repr(tuple(facts)), repr(given), *code, *others])
    return hashlib.sha256(text.encode()).hexdigest()


def _gather(function: Any, found: dict[str, str]) -> None:
    """The tree of a function, and of everything of this room that it names, by their full names."""
    name = f"{function.__module__}.{function.__qualname__}"
    if name in found:
        return
    found[name] = plain_tree(inspect.getsource(function))
    for word in sorted(set(_words(function.__code__))):
        value = function.__globals__.get(word)
        if isinstance(value, FunctionType) and value.__module__.startswith(HERE):
            _gather(value, found)
        elif isinstance(value, (int, float, str, tuple)):
            found[f"{function.__module__}.{word}"] = repr(value)


def _words(code: CodeType) -> Iterator[str]:
    """Every name that a piece of code looks up, those of the functions inside it as well."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words(constant)


def plain_tree(source: str) -> str:
    """What a piece of source says, without comments, docstrings, annotations and layout.

    >>> plain_tree("def two():  # why\\n    return 2") == plain_tree("def two() -> int:\\n    'Two.'\\n\\n    return 2")
    True
    """
    return _plain(ast.parse(textwrap.dedent(source)))


def _plain(node: object) -> str:
    if isinstance(node, list):
        return "[" + ",".join(map(_plain, node)) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = [
        f"{name}={_plain(_without_docstring(node, name, value))}"
        for name, value in ast.iter_fields(node)
        # Which of the empty parts are written differs between versions of Python.
        if name not in SILENT and value not in (None, [])
    ]
    return f"{type(node).__name__}({','.join(parts)})"


def _without_docstring(node: ast.AST, name: str, value: Any) -> Any:
    if name == "body" and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return value[1:] if ast.get_docstring(node, clean=False) is not None else value
    return value
