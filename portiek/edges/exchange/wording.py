"""How electronic orders are said on a page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portiek.core.errors import Refused, wording
from portiek.edges.exchange.models import Catalogue, Message
from portiek.ui import format

TONES = {"ordered": "ok", "held": "wait", "to_mend": "wait", "listed": "rest", "dropped": "rest", "refused": "stop", "done": "ok", "asked": "wait"}
ANSWERS = {"AB": gettext_lazy("Received"), "AP": gettext_lazy("Accepted"), "CA": gettext_lazy("Accepted with changes"), "RE": gettext_lazy("Not accepted")}
LEVELS = {"stop": "stop", "mend": "wait", "ask": "wait", "say": "info"}


@dataclass(frozen=True)
class Sentence:
    """What was found about a message, in words."""

    level: str
    kind: str
    place: str
    text: str
    code: str


def status(message: Message, *, staff: bool = False) -> tuple[str, str]:
    """Say what became of a message: (kind, text)."""
    text = _("Waits for the customer's agreement") if staff and message.state == Message.State.HELD else message.get_state_display()
    return TONES[message.state], text


def states(*, staff: bool) -> list[tuple[str, str]]:
    """Return the states to choose from."""
    return [(code, status(Message(state=code), staff=staff)[1]) for code in Message.State.values]


def said(message: Message) -> list[Sentence]:
    """Return what was found about a message, what stops it first."""
    return [Sentence(item["level"], LEVELS[item["level"]], item["place"], wording(Refused(item["code"], **item["values"])), item["code"]) for item in sorted(message.findings, key=lambda item: list(LEVELS).index(item["level"]))]


def answer(code: str) -> str:
    """Say how an order was answered."""
    return str(ANSWERS.get(code, ""))


def catalogue_state(found: Catalogue) -> tuple[str, str]:
    """Say how far a catalogue is: (kind, text)."""
    return {"asked": "wait", "ready": "ok", "same": "rest", "failed": "stop"}[found.state], str(found.get_state_display())


def contents(found: Catalogue) -> str:
    """Say what stands in a catalogue."""
    if not found.since:
        return ngettext("%(num)s product", "%(num)s products", found.lines) % {"num": format.quantity(found.lines)}
    return _("%(added)s new, %(changed)s changed, %(removed)s gone") % {name: format.quantity(getattr(found, name)) for name in ("added", "changed", "removed")}
