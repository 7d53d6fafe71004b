"""Who can see a task."""

from __future__ import annotations

from django.urls import reverse
from markupsafe import Markup

from portiek.core.actor import Actor
from portiek.core.sight import Sight, Way, register_sight
from portiek.foundation.tasks import permissions, queries
from portiek.foundation.tasks.kinds import OWN
from portiek.foundation.tasks.models import Task
from portiek.foundation.tasks.shown import worded


def _sight(actor: Actor, key: int, party_id: int | None) -> Sight | None:
    found = Task.objects.filter(pk=key, portal_id=actor.portal_id).first()
    if found is None or not queries.may_see(actor, found):
        return None
    named = [Way(found.right, any_reach=True)] if found.user_id is None else []
    ways = (*named, Way(queries.COMPANY), Way(user_id=found.user_id or 0), Way(user_id=found.asked_by_id))
    staff = ways if found.party_id is None else (Way(permissions.ASK),) if found.kind == OWN else ()
    label = Markup(worded(found).title).striptags()  # noqa: S704  (our own sentence, its values escaped)
    return Sight(label, reverse("tasks:detail", args=[key]), found.party_id, ways if found.party_id else (), staff)


register_sight("tasks.task", _sight)
