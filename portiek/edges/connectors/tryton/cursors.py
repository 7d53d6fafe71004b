"""Where a feed has got to: a position per stream of the ERP's rows."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

Position = tuple[str, int]
START: Position = ("", 0)


@dataclass
class Cursor:
    """The positions of a feed's streams, (stamp of the server as ISO text, id), each the last row read.

    `initial`: the first load is still going on. `over`: the run is finished, the next pull starts a new one. `read_at`:
    the ERP's clock at the start of the run, in the server's zone. Stamps stay as the server has them: zones would lose
    the repeated hour.
    """

    positions: dict[str, Position] = field(default_factory=dict)
    initial: bool = True
    over: bool = False
    read_at: str = ""

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read what `dump` wrote. Raises ValueError."""
        try:
            data = json.loads(text)
            return cls(
                {name: (str(at), int(id_)) for name, (at, id_) in data["at"].items()},
                bool(data["initial"]),
                bool(data["over"]),
                str(data["read_at"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a cursor: {text[:100]}") from error

    def dump(self) -> str:
        """Return JSON, the same for the same positions."""
        data = {"at": self.positions, "initial": self.initial, "over": self.over, "read_at": self.read_at}
        return json.dumps(data, sort_keys=True, separators=(",", ":"))

    def begin_run(self, now: dt.datetime | None, overlap: dt.timedelta, zone: ZoneInfo) -> None:
        """Go back far enough to see what slow transactions committed behind the last run.

        Stamps are of the start of a transaction: one that was open at the last run is at most `overlap` older than that
        run.
        """
        started = dt.datetime.fromisoformat(self.read_at) if self.read_at else None
        back = overlap + _repeated_hour(now, zone)
        for name, (at, id_) in self.positions.items():
            if at:
                moment = dt.datetime.fromisoformat(at)
                earliest = (started or moment) - back
                if earliest < moment:
                    self.positions[name] = earliest.isoformat(), 0
            else:
                self.positions[name] = at, id_
        self.over = False
        self.read_at = now.isoformat() if now else ""


def _repeated_hour(now: dt.datetime | None, zone: ZoneInfo) -> dt.timedelta:
    # after the change to winter time the server's local stamps run through the same hour again
    if now is None:
        return dt.timedelta()
    before = (now - dt.timedelta(hours=4)).replace(tzinfo=zone).utcoffset() or dt.timedelta()
    after = now.replace(tzinfo=zone, fold=1).utcoffset() or dt.timedelta()
    return max(dt.timedelta(), before - after)


def after(position: Position) -> list[list[Any]]:
    """Return the domains, one after the other, of what comes after a position in the order of time and id.

    Two and not one with OR: Tryton leaves archived records out of every nested list that does not name `active` itself.
    """
    at, id_ = position
    if not at:
        return [[]]
    moment = dt.datetime.fromisoformat(at)
    return [[("last_modified_at", "=", moment), ("id", ">", id_)], [("last_modified_at", ">", moment)]]
