"""Who acts: the first argument of every action and query."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Kind = Literal["party", "staff", "system", "auth"]
Reach = Literal["own", "unit", "company"]
REACHES: tuple[Reach, ...] = ("company", "unit", "own")


@dataclass(frozen=True)
class Actor:
    """A person, a machine or the portal itself, in one portal and at most one party, with the rights of this moment."""

    portal_id: int
    kind: Kind
    party_id: int | None = None
    user_id: int = 0
    name: str = ""
    language: str = "nl"
    unit_id: int | None = None
    rights: frozenset[str] = field(default=frozenset(), repr=False)
    order_limit: Decimal | None = None
    # Of what he orders by himself in a "month", "quarter" or "year".
    period_limit: Decimal | None = None
    period: str = ""
    api_key_id: int | None = None
    # Of the staff, who looks along as this person or works on his behalf; below zero: his company's purchasing system, by the session that it opened.
    by_user_id: int = 0
    by_name: str = ""
    # Acts for this party on a mandate that it gave to his own company; `name` says both.
    mandate_id: int = 0
    # Looks along, writes nothing.
    read_only: bool = False

    @property
    def hand(self) -> int:
        """Whose hand it is that fills a cart: 0 his own, else the one's who works on his behalf, so that their carts never mix."""
        return 0 if self.read_only else self.by_user_id

    @property
    def shops(self) -> bool:
        """Whether a purchasing system opened this session, to fill a cart of its own and nothing else."""
        return self.by_user_id < 0

    @property
    def is_staff(self) -> bool:
        """Whether the actor belongs to the company that runs the portal."""
        return self.kind in ("staff", "system")

    def may(self, right: str) -> bool:
        """Whether the actor has the right, within any reach. Unknown rights are never granted."""
        if self.kind == "system":
            return True
        return right in self.rights or any(f"{right}.{reach}" in self.rights for reach in REACHES)

    def reach(self, right: str) -> Reach | None:
        """Return how far the right goes: the whole company, the actor's unit, his own things, or None."""
        if self.kind == "system" or right in self.rights:
            return "company"
        return next((reach for reach in REACHES if f"{right}.{reach}" in self.rights), None)

    @staticmethod
    def system(portal_id: int, language: str = "nl") -> Actor:
        """Return the portal itself: jobs, reactions, connectors and seeds act as this."""
        return Actor(portal_id=portal_id, kind="system", name="Portiek", language=language)

    @staticmethod
    def gate(portal_id: int, language: str = "nl") -> Actor:
        """Return the one who stands at the gate: nobody yet, allowed to log in and to accept an invitation only."""
        return Actor(portal_id=portal_id, kind="auth", language=language)
