"""`field__among=[...]`: one of many values, given as one array. A list of a thousand values in IN costs more to write down and to plan than to look up."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, Lookup


@Field.register_lookup
class Among(Lookup):
    """The values are those of the field itself."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        """Return the values as the database has them."""
        return [self.lhs.output_field.get_prep_value(value) for value in self.rhs]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition. Raises EmptyResultSet, as IN does: then nobody asks the database."""
        if not self.rhs:
            raise EmptyResultSet
        left, arguments = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*arguments, self.rhs)
