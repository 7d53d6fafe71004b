"""The frame around every page: who, where, what waits. Plain values, made once a request."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portiek.core import nav, slots
from portiek.core.actor import Actor
from portiek.core.counting import counted
from portiek.edges.pages import icon
from portiek.ui.format import day, money

GROUPS = {"": "", "agreements": _("Agreements"), "help": _("Help"), "company": _("My company"), "setup": _("Set up")}


def shell(request: HttpRequest, bare: bool = False) -> Any:
    """Make the shell of a request; outside a log-in, and `bare` (no database at hand), only the portal is known."""
    portal, member, actor = getattr(request, "portal", None), getattr(request, "member", None), getattr(request, "actor", None)
    theme = request.COOKIES.get("theme", "auto")
    made = SimpleNamespace(portal=_portal(portal), theme=theme if theme in ("light", "dark") else "auto", language=request.LANGUAGE_CODE, member=member, user=None)
    if bare or member is None or actor is None or actor.kind == "auth":
        return made
    made.user = SimpleNamespace(name=member.name, initials=_initials(member.name), language=member.language)
    made.company = SimpleNamespace(name=member.party_name or portal.name)  # type: ignore[union-attr]
    made.companies = [SimpleNamespace(name=name, value=str(number or ""), current=number == member.party_id and not member.mandate_id) for number, name in member.companies]
    made.companies += [SimpleNamespace(name=_("On behalf of %(company)s") % {"company": name}, value=f"m{number}", current=number == member.mandate_id) for number, name in member.mandates]
    made.cart = next((value for _filling, value in slots.rendered("shell.cart", request)), None)
    inbox = next((value for _filling, value in slots.rendered("shell.inbox", request)), None)
    menu = _menu("staff" if actor.is_staff else "party", actor.rights, member.party_kind, request.LANGUAGE_CODE)
    asked = [place.count(actor) for _label, entries in menu for place, _text, _url in entries if place.count]
    numbers = iter(counted([*asked, *([made.cart.lines, made.cart.amount] if made.cart else []), *([inbox.count] if inbox else [])]))
    made.nav = _nav(request.path, menu, numbers)
    if made.cart:
        made.cart.lines, amount = next(numbers), next(numbers)
        made.cart.total = money(amount, made.cart.currency) if amount else ""
    made.inbox_url, made.inbox_count = (inbox.url, next(numbers)) if inbox else ("", 0)
    made.switch_url, made.logout_url, made.account_url = _to("accounts:switch"), _to("accounts:logout"), _to("accounts:me")
    made.language_url, made.search_url, made.live_url = _to("accounts:language"), _to("pages:search"), f"{_to('live')}?as={member.party_id or 0}"
    made.live_since = int(time.time())
    made.languages = [SimpleNamespace(code=code, label=label) for code, label in settings.LANGUAGES]
    made.who_url = "/who/"
    made.staff, made.chat_url, made.announcements = actor.is_staff, "", _announcements(member)
    made.along = _along(member) if member.mode and not actor.shops else None
    made.shops = SimpleNamespace(name=member.mode_name, url=_to("punchout:return")) if actor.shops else None
    if made.shops:
        made.inbox_url = made.search_url = made.who_url = ""
    made.mandate = _mandate(member) if member.mandate_id else None
    return made


def _along(member: Any) -> Any:
    """Say as whom one looks along or works, and for how long yet."""
    minutes = max(1, math.ceil((member.until - datetime.now(UTC)).total_seconds() / 60))
    left = ngettext("%(num)s minute left.", "%(num)s minutes left.", minutes) % {"num": minutes}
    values = {"by": member.by, "name": member.name, "role": member.mode_name, "company": member.party_name}
    titles = {"role": _("You look as the role %(role)s"), "look": _("%(by)s looks along as %(name)s of %(company)s"), "act": _("%(by)s works on behalf of %(name)s of %(company)s")}
    texts = {"role": _("Reading only."), "look": _("Reading only."), "act": _("Both names stand in the log. Signing, paying and approving are not possible.")}
    reason = [member.reason] if member.reason else []
    return SimpleNamespace(title=str(titles[member.mode]) % values, text=" ".join([str(texts[member.mode]), left, *reason]), stop_url=_to("accounts:along-stop"))


def _mandate(member: Any) -> Any:
    """Say for whom one acts on a mandate, and until when."""
    text = _("For %(home)s, until %(day)s at the latest.") if member.mandate_until else _("For %(home)s.")
    words = str(text) % {"home": member.home_name, "day": day(member.mandate_until) if member.mandate_until else ""}
    return SimpleNamespace(title=_("You act on behalf of %(company)s") % {"company": member.party_name}, text=f"{words} {_('Both names stand in the log.')}", home=_("Back"), value=str(member.home_id))


def _announcements(member: Any) -> list[Any]:
    """Return what a person must see on every page: that mail to him comes back."""
    if not member.mail_fails:
        return []
    return [SimpleNamespace(kind="stop", text=_("Mail to %(email)s comes back, so you get none. Everything is here in the portal.") % {"email": member.email}, url=_to("accounts:me"))]


def _portal(portal: Any) -> Any:
    if portal is None:
        return SimpleNamespace(name="Portiek", initial="p", logo_url="", css_url="", icon_url="", address="u", manifest_url="", app_icon_url="")
    return SimpleNamespace(name=portal.name, initial=portal.name[0].lower(), logo_url=reverse("pages:logo", args=[portal.logo]) if portal.logo else "", css_url=reverse("ui:brand", args=[portal.hue, round(portal.chroma * 1000)]), icon_url="", address=portal.address_form,
                           manifest_url=_to("pages:manifest"), app_icon_url=reverse("pages:icon", args=[icon.mark(portal), 180]))


@functools.lru_cache(maxsize=256)
def _menu(kind: Literal["party", "staff"], rights: frozenset[str], party_kind: str, language: str) -> list[tuple[str, list[tuple[nav.Place, str, str]]]]:
    """Return the groups of the menu with (place, label, address) of each: the same for everyone with these rights."""
    groups: dict[str, list[tuple[nav.Place, str, str]]] = {}
    for place in nav.places(Actor(portal_id=0, kind=kind, rights=rights), party_kind):
        if url := _to(place.url):
            groups.setdefault(place.group, []).append((place, str(place.label), url))
    return [(str(GROUPS[name]), groups[name]) for name in GROUPS if name in groups]


def _nav(path: str, menu: Any, numbers: Iterator[Any]) -> list[Any]:
    current = _current(path, [place for _label, entries in menu for place, _text, _url in entries])
    return [SimpleNamespace(label=label, entries=[
        SimpleNamespace(label=text, icon=place.icon, url=url, count=next(numbers) if place.count else 0, current=place is current)
        for place, text, url in entries]) for label, entries in menu]


def _current(path: str, places: list[nav.Place]) -> nav.Place | None:
    """Return the place that a page belongs to: the one whose address covers most of the page's own."""
    covered = [(len(url), place) for place in places for url in (_to(place.url), *map(_to, nav.within(place.key))) if path == url or (url not in ("", "/") and path.startswith(url))]
    return max(covered, key=lambda item: item[0])[1] if covered else None


@functools.cache
def _to(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _initials(name: str) -> str:
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()
