"""What the portal's own people write about the portal itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.parties import facts, permissions, rules
from portiek.foundation.parties.logo import drawn
from portiek.foundation.parties.models import Logo, Portal
from portiek.ui.colour import MAIL_LIGHTNESS, contrast, hex_of


@action(permissions.PORTAL_MANAGE)
def change_portal(actor: Actor, *, values: Mapping[str, Any], logo: bytes | None = None, drop_logo: bool = False) -> Portal:
    """Change name, colour, language, form of address and contact data; a logo replaces the last one.

    Raises Refused for what is no picture and for a colour that words cannot be read upon.
    """
    portal = Portal.objects.select_for_update().get(pk=actor.portal_id)
    different = [name for name, value in values.items() if getattr(portal, name) != value]
    for name in different:
        setattr(portal, name, values[name])
    ratio = contrast("#ffffff", hex_of(portal.hue, float(portal.chroma), MAIL_LIGHTNESS))
    if ratio < rules.LEAST_CONTRAST:
        raise Refused("colour-unreadable", field="colour", ratio=f"{ratio:.1f}", least=f"{rules.LEAST_CONTRAST:.1f}")
    if logo is not None or (drop_logo and portal.logo):
        portal.logo = _keep(actor, logo)
        different.append("logo")
    if different:
        portal.save(update_fields=different)
        record(actor, facts.PortalChanged(what=", ".join(sorted(different))), subject=ref("parties.portal", portal.pk), text=portal.name)
    return portal


def _keep(actor: Actor, logo: bytes | None) -> str:
    if logo is None:
        Logo.objects.filter(portal_id=actor.portal_id).delete()
        return ""
    picture = drawn(logo)
    if picture is None:
        raise Refused("logo-no-picture", field="logo")
    digest = hashlib.sha256(picture).hexdigest()[:16]
    Logo.objects.update_or_create(portal_id=actor.portal_id, defaults={"digest": digest, "content": picture})
    return digest
