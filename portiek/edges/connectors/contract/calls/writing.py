"""Writing: a command, and the six results of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portiek.edges.connectors.contract.calls.reading import Change
from portiek.edges.connectors.contract.records import Record


@dataclass(frozen=True, slots=True)
class Command:
    """Something the ERP must do; `key` is unique per connector and is the reference people see in the ERP."""

    kind: str
    key: str
    aggregate: str
    external_id: str | None = None
    base_version: str | None = None
    # Opened secrets are in it: it is never written to a log.
    payload: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """Applied, now or by an earlier try; `data` is what the ERP made of it, `number` its own number."""

    external_id: str
    version: str
    number: str
    data: Record | None


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted, not applied yet: ask `find` later."""

    token: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The ERP says no: a retry is no use. `fault` set: a fault of the mapping or the settings, raise an alarm.

    `external_id` is set when the ERP keeps something of it, such as an order left as a quotation.
    """

    code: str
    text: str
    field: str = ""
    fault: bool = False
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody changed the record since `base_version`; nothing was written."""

    current: Change


@dataclass(frozen=True, slots=True)
class NeedsDecision:
    """The ERP warns and a person must decide; nothing of this step was written."""

    code: str
    text: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after `after` seconds; `maybe_done`: the ERP may have done (part of) it, so `find` comes first."""

    after: float
    maybe_done: bool
    text: str = ""


Result = Done | Pending | Rejected | Conflict | NeedsDecision | Retry


@dataclass(frozen=True, slots=True)
class External:
    """What an earlier try left in the ERP; `complete`: nothing is left to do."""

    external_id: str
    version: str
    number: str
    complete: bool
    data: Record | None


class ConnectorError(Exception):
    """A read failed; `after` seconds until it makes sense to try again, None: only a person can help."""

    def __init__(self, text: str, *, code: str = "fault", after: float | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.after = after
