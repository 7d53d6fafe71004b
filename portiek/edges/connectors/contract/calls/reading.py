"""Reading pages: what a connector offers, a page of changes, how it does, papers and prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from portiek.edges.connectors.contract.records import Record

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record could not be mapped, as "code: details" (the codes stand in connectors.wording), with what the ERP sent: for the quarantine."""

    text: str
    payload: str


@dataclass(frozen=True, slots=True)
class Change:
    """One record as it is now; `data` None and `problem` None: gone, or no longer of concern to the portal.

    `version` is opaque: only compare it. Equal (entity, external_id, version) means equal data, so a row seen twice is
    skipped. `seen_at` is the portal's clock, for "as of" on screen.
    """

    entity: str
    external_id: str
    version: str
    data: Record | None
    seen_at: datetime
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of changes; store `cursor` in the transaction that stores the changes. `more`: ask again now.

    `as_of`: since when what is read here is true, for an ERP that speaks now and then; None: now. NEVER: it has not spoken yet.
    """

    changes: tuple[Change, ...]
    cursor: str
    more: bool
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedCapability:
    """How a feed behaves; `full_every_hours`: what the cursor cannot see, a full run must find."""

    cursor: Literal["counter", "time", "none"]
    has_deletions: bool
    page_size: int
    full_every_hours: int


@dataclass(frozen=True, slots=True)
class CommandCapability:
    """What a command supports in the ERP."""

    supports_version: bool
    has_idempotency: bool
    is_async: bool


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connector offers; calls None: no limit of its own."""

    feeds: Mapping[str, FeedCapability]
    commands: Mapping[str, CommandCapability]
    documents: Mapping[str, tuple[str, ...]]
    calls_per_minute: int | None = None
    calls_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The outcome of a real connection; `clock_skew` in seconds, positive: the ERP is ahead.

    `missing` are rights it lacks.
    """

    ok: bool
    version: str
    clock_skew: float | None
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blob:
    """A document with its media type and a file name without a path."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A question for a price: `quantity` in the product's sales unit."""

    product: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """The ERP's own answer, net per sales unit; None: it has none."""

    product: str
    quantity: Decimal
    unit_price: Decimal | None
