"""Rights in words, for people who decide about them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portiek.core.actor import REACHES
from portiek.core.permissions import base, rights, subject_of
from portiek.core.sight import Sight
from portiek.foundation.accounts.models import LoginPolicy
from portiek.foundation.accounts.queries import Chain, OnMandate, Seen
from portiek.foundation.accounts.rules import WAYS
from portiek.ui.format import full_day

WAY = {"code": gettext_lazy("Code by mail"), "password": gettext_lazy("Password"), "passkey": gettext_lazy("Passkey")}
REACH = {"company": gettext_lazy("of the whole company"), "unit": gettext_lazy("of his own branch"), "own": gettext_lazy("only his own")}


def heading(code: str) -> str:
    """Return the heading under which a right is listed."""
    return str(subject_of(code)[1]) or _("Other")


def said(code: str) -> str:
    """Return a granted right in words, with its reach."""
    known = rights().get(base(code))
    if known is None:
        return code
    reach = code.rpartition(".")[2]
    return f"{known.label}: {REACH[reach]}" if base(code) != code and reach in REACHES else str(known.label)


def grouped(granted: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return rights in words under their headings, in the order of the house."""
    found: dict[tuple[int, str], list[str]] = {}
    order = list(rights())
    for code in sorted((code for code in granted if base(code) in rights()), key=lambda code: order.index(base(code))):
        found.setdefault((subject_of(code)[0], heading(code)), []).append(said(code))
    return [(title, lines) for (_place, title), lines in sorted(found.items())]


def _right(code: str) -> str:
    return str(rights()[code].label) if code in rights() else code


def why(seen: Seen, chain: Chain, *, company: str) -> list[str]:
    """Return the chain that leads a person to an object, link by link: his role, its right and reach, and what makes the object fall under it."""
    way, person = chain.way, chain.person
    if way is None or not way.right:
        return [_("Everybody who has access for %(company)s sees this") % {"company": company}] if way and way.everybody else [_("Named in it personally")]
    if person.mandate_id:
        return [_("Mandate of %(company)s to %(other)s") % {"company": company, "other": person.name.rpartition(" (")[2].rstrip(")")}, *[said(code) for code in chain.held]]
    links = [ngettext("Role %(roles)s", "Roles %(roles)s", len(chain.roles)) % {"roles": ", ".join(chain.roles)}]
    links += [said(code) for code in chain.held if chain.reach in ("", "company") or code.endswith("." + chain.reach)]
    if way.any_reach or chain.reach == "company":
        return [*links, _("this belongs to %(company)s") % {"company": company}]
    if chain.reach == "unit" and person.unit_id:
        return [*links, _("this belongs to %(unit)s") % {"unit": seen.units.get(person.unit_id, "")}]
    return [*links, _("this is of %(name)s") % {"name": person.name}]


def why_on_mandate(found: OnMandate, *, company: str) -> list[str]:
    """Return the chain that leads somebody of another company to an object: the mandate, until when, and the right of his own role that it lets through."""
    until = [_("until %(day)s") % {"day": full_day(found.ends_on)}] if found.ends_on else []
    return [_("Mandate of %(company)s to %(other)s") % {"company": company, "other": found.company}, *until, *[said(code) for code in found.held], *([] if found.way.right else [_("Everybody who has access for %(company)s sees this") % {"company": company}])]


def between(portal: LoginPolicy, own: LoginPolicy | None) -> list[str]:
    """Return what people have to show at the log-in before they see anything: what the portal asks and what their company asks beside it."""
    policies = [policy for policy in (portal, own) if policy is not None]
    provider = next((policy.provider for policy in policies if policy.provider is not None), None)
    ways = [way for way in WAYS if all(way in policy.ways for policy in policies)]
    found = [_("Only who logs in with %(provider)s") % {"provider": provider.label}] if provider else [_("Only who logs in with: %(ways)s") % {"ways": ", ".join(str(WAY[way]) for way in ways)}] if len(ways) < len(WAYS) else []
    for policy in policies:
        if policy.second_step != LoginPolicy.SecondStep.NEVER:
            text = {LoginPolicy.SecondStep.MANAGERS: _("Who manages people or the portal only with a second step")}.get(policy.second_step, _("Only with a second step"))  # type: ignore[call-overload]
            found.append(_("%(what)s, from %(day)s on") % {"what": text, "day": full_day(policy.since)} if policy.since is not None and policy.since > timezone.localdate() else text)
    return list(dict.fromkeys(found))


def why_not(seen: Seen, chain: Chain, sight: Sight, *, company: str, portal: str) -> str:
    """Return the first link that lacks, in one sentence."""
    way, words = chain.way, {"company": company, "portal": portal, "roles": ", ".join(chain.roles), "right": _right(chain.way.right) if chain.way else ""}
    if chain.broken == "closed":
        return str(sight.closed)
    if chain.broken == "ceiling":
        return {
            "party": _("The role %(roles)s gives the right “%(right)s”, but %(portal)s withholds it from this company."),
            "kind": _("The role %(roles)s gives the right “%(right)s”, but %(portal)s withholds it from all companies of this kind."),
        }.get(chain.withheld_by, _("The role %(roles)s gives the right “%(right)s”, but %(portal)s withholds it from everybody.")) % words
    if chain.broken == "unit" and way is not None:
        here, there = seen.units.get(chain.person.unit_id or 0, ""), seen.units.get(way.units[-1], "") if way.units else ""
        text = _("The right “%(right)s” reaches as far as %(here)s; this belongs to %(there)s.") if there else _("The right “%(right)s” reaches as far as %(here)s; this belongs to no branch.")
        return text % {**words, "here": here, "there": there}
    if chain.broken == "own" and way is not None:
        if chain.reach == "unit":
            return _("The right “%(right)s” reaches as far as the own branch, and this person has none or several.") % words
        owner = seen.names.get(way.user_id, "")
        text = _("The right “%(right)s” reaches only what is one's own; this is of %(owner)s.") if owner else _("The right “%(right)s” reaches only what is one's own; this is of somebody else.")
        return text % {**words, "owner": owner}
    return {
        "gone": _("Has no access any more."),
        "company": _("%(company)s is closed: nobody of it can log in."),
        "nobody": _("This is not shown to people of this company."),
        "named": _("Only who is named in it sees this."),
        "role": ngettext("The role %(roles)s does not give the right “%(right)s”.", "The roles %(roles)s do not give the right “%(right)s”.", len(chain.roles)),
    }[chain.broken] % words
