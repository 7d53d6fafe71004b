"""What of people can leave a party's portal empty, for staff: nobody asked in, nobody who came, nobody who manages, roles without rights, rights withheld."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portiek.core.actor import Actor
from portiek.core.checks import Finding, check
from portiek.foundation.accounts import permissions, queries
from portiek.foundation.accounts import wording as words
from portiek.foundation.parties import permissions as of_parties
from portiek.foundation.parties.models import Party
from portiek.ui.format import moment


def _people_url(party: Party) -> str:
    return reverse("parties:tab", args=[party.number, "users"])


def _active(actor: Actor, party: Party) -> Finding:
    if party.is_active:
        return Finding("ok", _("Open: its people can log in."))
    return Finding("bad", _("Closed: nobody of this company can log in."))


def _people(actor: Actor, party: Party) -> Finding:
    found = queries.headcount(actor, party_id=party.pk)
    invite = (_("Invite somebody"), reverse("accounts:invite-to", args=[party.number])) if actor.may(permissions.USER_MANAGE) else None
    asked = ngettext("%(num)s invitation waits.", "%(num)s invitations wait.", found.asked) % {"num": found.asked}
    if not found.here:
        ended = ngettext("The access of %(num)s person ended.", "The access of %(num)s people ended.", found.ended) % {"num": found.ended} if found.ended else ""
        return Finding("warn" if found.asked else "bad", " ".join([_("Nobody has access."), *([asked] if found.asked else []), *([ended] if ended else [])]), invite)
    if not found.seen:
        return Finding("warn", _("Nobody has ever logged in.") + (f" {asked}" if found.asked else ""), (_("To the people"), _people_url(party)))
    here = ngettext("%(num)s person has access", "%(num)s people have access", found.here) % {"num": found.here}
    never = ngettext("%(num)s of them never came", "%(num)s of them never came", found.here - found.came) % {"num": found.here - found.came} if found.came < found.here else ""
    last = _("last seen %(when)s") % {"when": moment(found.seen)}
    return Finding("ok", ", ".join(part for part in (here, never, last) if part) + ".", None)


def _managers(actor: Actor, party: Party) -> Finding | None:
    names = list(dict.fromkeys(queries.holders(actor, permissions.USER_MANAGE, party_id=party.pk).order_by("user__name").values_list("user__name", flat=True)[:4]))
    if names:
        return Finding("ok", ", ".join(names[:3]) + ("…" if len(names) > 3 else "") + ".")
    if party.kind == Party.Kind.PERSON:
        return None
    return Finding("warn", _("Nobody of them can invite colleagues or change rights: they have to ask you."), (_("To the people"), _people_url(party)))


def _without_rights(actor: Actor, party: Party) -> Finding | None:
    found = queries.without_rights(actor, party_id=party.pk)
    if not found.places:
        return None
    if not found.names:
        return Finding("ok", _("Every role in use gives something."))
    return Finding("bad", _("Of what their roles give nothing is left: %(names)s.") % {"names": ", ".join(found.names)}, (_("To the people"), _people_url(party)))


def _ceiling(actor: Actor, party: Party) -> Finding:
    above = queries.withheld(actor, party_id=party.pk)
    if not above:
        return Finding("ok", _("Nothing is withheld from this company."))
    mend = (_("To the ceiling"), reverse("accounts:ceiling-of", args=[party.number])) if actor.may(permissions.ROLE_MANAGE) else None
    return Finding("warn", _("Withheld, whatever roles say: %(rights)s.") % {"rights": ", ".join(words.said(code) for code in sorted(above)[:6]) + ("…" if len(above) > 6 else "")}, mend)


check("active", gettext_lazy("Company"), right=of_parties.VIEW, order=10, look=_active)
check("people", gettext_lazy("People and last log-in"), right=of_parties.VIEW, order=20, look=_people)
check("managers", gettext_lazy("Who manages their people"), right=of_parties.VIEW, order=30, look=_managers)
check("rights", gettext_lazy("Roles and rights"), right=of_parties.VIEW, order=40, look=_without_rights)
check("ceiling", gettext_lazy("Ceiling"), right=of_parties.VIEW, order=50, look=_ceiling)
