"""Formulas as trees. A chain holds all operands of one precedence, so that a long sum is no deep tree."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from titus_adapters.sandbox.airtable.formula.values import Value


class Const(msgspec.Struct, frozen=True):
    value: Value


class Field(msgspec.Struct, frozen=True):
    """By its name or id, as written."""

    name: str


class Negative(msgspec.Struct, frozen=True):
    inner: Node


class Call(msgspec.Struct, frozen=True):
    """`name` in upper case."""

    name: str
    arguments: tuple[Node, ...]


class Chain(msgspec.Struct, frozen=True):
    """`first`, then operators of one precedence with their operands, from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


Node = Const | Field | Negative | Call | Chain


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Negative(inner):
            return (inner,)
        case Call(_, arguments):
            return arguments
        case Chain(first, rest):
            return (first, *(operand for _, operand in rest))
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(children(one))


def size(node: Node) -> int:
    """How many nodes there are."""
    return sum(1 for _ in walk(node))


def field_names(node: Node) -> list[str]:
    """The fields that it reads, as written, each once."""
    names = [one.name for one in walk(node) if isinstance(one, Field)]
    return list(dict.fromkeys(reversed(names)))


def calls(node: Node) -> frozenset[str]:
    """The names of the functions that it calls."""
    return frozenset(one.name for one in walk(node) if isinstance(one, Call))
