"""Tokens → tree, by precedence: comparison, then `&`, `+ -`, `* /`, and the minus of one operand binding closest."""

from __future__ import annotations

from collections import deque

from titus_adapters.sandbox.airtable.formula.errors import TOO_COMPLEX, BadFormula
from titus_adapters.sandbox.airtable.formula.tokens import END, Token, tokens
from titus_adapters.sandbox.airtable.formula.tree import Call, Chain, Const, Field, Negative, Node

DEEPEST = 50
"""Levels of parentheses, calls and signs."""

_STRENGTH = {"=": 1, "!=": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4}
_STRONGEST = 5


def parse(text: str, *, newlines: bool = False) -> Node:
    """The tree of a formula; raises `BadFormula`. `newlines`: texts may go over several lines."""
    parser = _Parser(deque(tokens(text, newlines=newlines)))
    node = parser.expression(1, 0)
    if parser.next is not END:
        raise BadFormula
    return node


class _Parser:
    def __init__(self, waiting: deque[Token]) -> None:
        self._waiting = waiting

    @property
    def next(self) -> Token:
        return self._waiting[0]

    def _take(self) -> Token:
        return self._waiting.popleft() if len(self._waiting) > 1 else self._waiting[0]

    def _expect(self, sign: str) -> None:
        if self._take() != Token("sign", sign):
            raise BadFormula

    def expression(self, weakest: int, depth: int) -> Node:
        """As far as the operators are at least so strong."""
        if depth > DEEPEST:
            raise BadFormula(TOO_COMPLEX)
        node = self._operand(depth)
        for strength in range(_STRONGEST - 1, weakest - 1, -1):
            node = self._chain(node, strength, depth)
        return node

    def _chain(self, first: Node, strength: int, depth: int) -> Node:
        rest: list[tuple[str, Node]] = []
        while self.next.kind == "sign" and _STRENGTH.get(self.next.text) == strength:
            sign = self._take().text
            rest.append((sign, self.expression(strength + 1, depth)))
        return Chain(first, tuple(rest)) if rest else first

    def _operand(self, depth: int) -> Node:
        token = self._take()
        match token.kind:
            case "number":
                number = float(token.text)
                return Const(int(number) if number.is_integer() and number < 1e15 else number)
            case "text":
                return Const(token.text)
            case "field":
                return Field(token.text)
            case "name":
                return self._name(token.text, depth)
            case "sign":
                return self._sign(token.text, depth)
            case "end":
                raise BadFormula

    def _name(self, name: str, depth: int) -> Node:
        if self.next != Token("sign", "("):
            return Field(name)
        self._take()
        if self.next == Token("sign", ")"):
            self._take()
            return Call(name.upper(), ())
        arguments = [self.expression(1, depth + 1)]
        while self.next == Token("sign", ","):
            self._take()
            arguments.append(self.expression(1, depth + 1))
        self._expect(")")
        return Call(name.upper(), tuple(arguments))

    def _sign(self, sign: str, depth: int) -> Node:
        if sign == "(":
            node = self.expression(1, depth + 1)
            self._expect(")")
            return node
        if sign == "-":
            return Negative(self.expression(_STRONGEST, depth + 1))
        raise BadFormula
