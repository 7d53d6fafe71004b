"""How connections and commands are shown elsewhere: in the log, in tasks. To staff only."""

from __future__ import annotations

from django.urls import reverse

from portiek.core.actor import Actor
from portiek.core.refs import Shown, register_ref
from portiek.edges.connectors import permissions
from portiek.edges.connectors.models import Command, Connection, FileDelivery


def _connection(actor: Actor, key: int) -> Shown | None:
    if not actor.is_staff or not actor.may(permissions.VIEW):
        return None
    label = Connection.objects.filter(pk=key).values_list("label", flat=True).first()
    return Shown(label, reverse("connectors:monitor")) if label else None


def _command(actor: Actor, key: int) -> Shown | None:
    if not actor.is_staff or not actor.may(permissions.VIEW):
        return None
    number = Command.objects.filter(pk=key).values_list("key", flat=True).first()
    return Shown(number, reverse("connectors:command", args=[key])) if number else None


def _file(actor: Actor, key: int) -> Shown | None:
    if not actor.is_staff or not actor.may(permissions.VIEW):
        return None
    found = FileDelivery.objects.filter(pk=key).values_list("name", "connection_id").first()
    return Shown(found[0], reverse("connectors:files-file", args=[found[1], key])) if found else None


register_ref("connectors.file", _file)
register_ref("connectors.connection", _connection)
register_ref("connectors.command", _command)
