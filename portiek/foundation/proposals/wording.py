"""Proposals in words: the field, its values, where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from portiek.foundation.parties.ownership import COLUMN_LABELS, field_of
from portiek.foundation.proposals.models import Proposal

STATUS = {"proposed": "wait", "accepted": "info", "written": "ok", "failed": "stop", "refused": "stop", "withdrawn": "rest", "outdated": "rest"}


@dataclass(frozen=True)
class Part:
    """One column of a proposal: what it was and what it is to be."""

    label: str
    old: str
    new: str
    current: str


def field_label(proposal: Proposal) -> Any:
    """Return the name of the field."""
    item = field_of(proposal.subject, proposal.field)
    return item.label if item else proposal.field


def value(column: str, text: str) -> str:
    """Return a value as people read it."""
    return str(dict(settings.LANGUAGES).get(text, text)) if column == "language" else text


def said(values: Mapping[str, str]) -> str:
    """Return the values of a field in one line, a dash for nothing."""
    return ", ".join(text for text in values.values() if text) or _("nothing")


def parts(proposal: Proposal) -> list[Part]:
    """Return what is different, column by column."""
    current = proposal.current or {}
    label = str(field_label(proposal))
    return [Part(str(COLUMN_LABELS.get(name, label)) if len(proposal.new) > 1 else label, proposal.old.get(name, ""), text, current.get(name, ""))
            for name, text in proposal.new.items() if text != proposal.old.get(name)]  # fmt: skip


def status(proposal: Proposal) -> tuple[str, str]:
    """Return kind and text of where a proposal stands."""
    return STATUS[proposal.state], str(Proposal.State(proposal.state).label)
