"""The formulas of Tryton's price lists, without running them as Python."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal

Value = Decimal | bool | None


class UnknownFormula(Exception):
    """A formula this module does not evaluate: ask the ERP for the price."""


_BINARY: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Decimal, Decimal], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class Formula:
    """A parsed formula over `unit_price`, `list_price` and `cost_price`.

    Numbers are decimals as written; an unknown price makes the whole unknown (None), as Tryton's DecimalNull does.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        try:
            self._tree: ast.expr | None = ast.parse(source.strip(), mode="eval").body
        except SyntaxError:
            self._tree = None

    def __call__(self, names: Mapping[str, Decimal | None]) -> Decimal | None:
        """Return the price, not rounded. Raises UnknownFormula."""
        if self._tree is None:
            raise UnknownFormula(self.source)
        try:
            value = self._value(self._tree, names)
        except ArithmeticError as error:
            raise UnknownFormula(self.source) from error
        if isinstance(value, bool):
            raise UnknownFormula(self.source)
        return value

    def _value(self, node: ast.expr, names: Mapping[str, Decimal | None]) -> Value:
        match node:
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                # the text, as Tryton reads it: a float would have lost digits
                return Decimal(ast.get_source_segment(self.source.strip(), node) or str(node.value))
            case ast.Name(id=name) if name in names:
                return names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = self._decimal(operand, names)
                return None if value is None else -value
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._decimal(operand, names)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                first, second = self._decimal(left, names), self._decimal(right, names)
                return None if first is None or second is None else _BINARY[type(op)](first, second)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._value(body if self._truth(test, names) else orelse, names)
            case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=str() as literal)], keywords=[]):
                return Decimal(literal)
        raise UnknownFormula(self.source)

    def _decimal(self, node: ast.expr, names: Mapping[str, Decimal | None]) -> Decimal | None:
        value = self._value(node, names)
        if isinstance(value, bool):
            raise UnknownFormula(self.source)
        return value

    def _truth(self, node: ast.expr, names: Mapping[str, Decimal | None]) -> bool:
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
                first, second = self._decimal(left, names), self._decimal(right, names)
                if first is not None and second is not None:
                    return _COMPARE[type(op)](first, second)
        raise UnknownFormula(self.source)
