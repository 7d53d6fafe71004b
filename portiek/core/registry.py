"""Vendors: a Protocol in the lower module, chosen by name; other packages add theirs through entry points."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """One kind of vendor. Refuses a second vendor under one name."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._found: dict[str, type[T]] = {}
        self._loaded = False

    def register(self, name: str, vendor: type[T]) -> None:
        """Add a vendor. Raises ValueError when the name is taken."""
        if name in self._found:
            raise ValueError(f"{self.kind} {name} is registered twice")
        self._found[name] = vendor

    def all(self) -> dict[str, type[T]]:
        """Return every vendor by name, those of other packages too."""
        if not self._loaded:
            self._loaded = True
            for entry in entry_points(group=f"portiek.{self.kind}"):
                self.register(entry.name, entry.load())
        return dict(self._found)

    def get(self, name: str) -> type[T]:
        """Return one vendor. Raises KeyError with the known names."""
        try:
            return self.all()[name]
        except KeyError:
            raise KeyError(f"no {self.kind} {name!r}; known: {', '.join(sorted(self.all()))}") from None
