"""What the operator of the installation does, before there is a portal to act in: make one."""

from __future__ import annotations

from portiek.foundation.parties.models import Portal


def create_portal(*, slug: str, name: str, host: str, hue: int = 158, language: str = "nl", order_prefix: str = "P", email: str = "", phone: str = "") -> int:
    """Make a portal with the owner's connection and return its id. Raises IntegrityError when slug or host is taken."""
    made = Portal.objects.using("owner").create(slug=slug, name=name, host=host.lower(), hue=hue, language=language, order_prefix=order_prefix, email=email, phone=phone)
    return made.pk
