"""What is filled in, as a panel on the page of its object."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from portiek.core.pages import Request, part
from portiek.foundation.fields import permissions, queries
from portiek.foundation.fields.subjects import Subject
from portiek.foundation.fields.wording import pairs


def panel(request: Request, subject: Subject, row: Any, number: str, *, always: bool = False) -> Any:
    """Return the panel with what is filled in on one object and the way to change it; None when there is nothing to see or to do, unless `always`."""
    actor = request.actor
    found = queries.filled(actor, subject, [row.pk]).get(row.pk, [])
    change = reverse("fields:fill", args=[subject.key, number]) if queries.to_fill(actor, subject) else ""
    if not found and not change and not always:
        return None
    return part(request, "fields/panel.html", {"pairs": pairs(found), "change": change, "may_make": actor.is_staff and actor.may(permissions.MANAGE)})
