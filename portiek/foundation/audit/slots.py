"""The place of the log in the menu and on the pages of parties, and the words of what happens in the modules below."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portiek.core import nav, slots
from portiek.core.pages import Request, part
from portiek.foundation.accounts.permissions import PORTAL_MANAGE
from portiek.foundation.accounts.roles import WORDS
from portiek.foundation.audit import actions, permissions, queries
from portiek.foundation.audit.queries import Wanted
from portiek.foundation.audit.shown import timeline
from portiek.foundation.audit.words import change_words, fact_group, fact_words
from portiek.foundation.notifications.kinds import message_kind, topic
from portiek.foundation.tasks.kinds import task_kind

nav.place("audit-company", _("Log"), icon="scroll-text", url="audit:list", right=permissions.VIEW, order=690, audience="party", group="company")
nav.place("audit", _("Log"), icon="scroll-text", url="audit:list", right=permissions.VIEW, order=950, audience="staff", group="setup")

nav.belongs("audit:exports", "audit")
nav.belongs("audit:chain", "audit")


def _of_party(request: Request, *, party: Any) -> str:
    """Show staff what happened last at a party."""
    entries = queries.latest(request.actor, Wanted(party_id=party.pk))
    return part(request, "audit/of_party.html", {"items": timeline(entries), "more": f"{reverse('audit:list')}?party={party.number}"})


def _of_own(request: Request, *, party: Any) -> str | None:
    """Show a company's administrator what the portal's own people did in it: fetched, changed, acted for somebody."""
    if not request.actor.may(permissions.VIEW):
        return None
    entries = queries.latest(request.actor, Wanted(by="staff"), limit=5)
    return part(request, "audit/of_own.html", {"items": timeline(entries), "portal": request.portal.name, "more": f"{reverse('audit:list')}?by=staff"}) if entries else None


def _of_colleague(request: Request, *, row: Any) -> str | None:
    """Show who may read the log what was done to a colleague: roles, limits, log-in, absence; a company what was done in it."""
    entries = queries.latest(request.actor, Wanted(about_id=row.user_id, party_id=row.party_id))
    return part(request, "audit/history.html", {"items": timeline(entries), "more": f"{reverse('audit:list')}?about={row.user_id}" + (f"&party={row.party.number}" if request.actor.is_staff and row.party else "")}) if entries else None


slots.fill("accounts.colleague.panels", key="log", order=90, right=permissions.VIEW, render=_of_colleague)
slots.fill("parties.detail.tabs", key="log", label=_("Log"), order=90, right=permissions.VIEW, render=_of_party)
slots.fill("parties.mine.panels", key="log", order=90, right=permissions.VIEW, render=_of_own)
topic("audit", _("Log and own data"), 85)
task_kind(actions.BROKEN, label=_("The log is damaged"), title=_("The log of the portal is not as it was sealed"), detail=_("The check stopped at row {position}. Somebody with access to the database changed it, or it is damaged."),
          action=_("Look"), icon="shield-alert", tone="stop", mail="now", url=lambda subject, values: reverse("audit:chain"))
message_kind(actions.SEAL, label=_("The seal of the log, each night"), title=_("The seal of the log"), body=_("The log was checked and is whole: {places} rows.\n\nIts seal:\n{seal}\n\nKeep this mail. With the seal anybody can prove later that these rows are still the same."),
             action=_("To the check of the log"), icon="shield-check", url=lambda subject, values: reverse("audit:chain"))

message_kind(actions.BEGINS, label=_("Your data are erased"), title=_("Your data are being erased"), body=_("Hello {name},\n\nYour access to {portal} has ended, and what it keeps of you is erased from {moment} on. Only what the law makes us keep stays, for as long as it says.\n\nThis is the last mail you get from this portal. If you did not ask for this, call us at once."),
             icon="trash-2", urgent=True, obliged=True)
message_kind(actions.REFUSED_MAIL, label=_("Your request to be erased was refused"), title=_("Your data are not erased"), body=_("Hello {name},\n\nYou asked to have your data erased. That was not done:\n{answer}\n\nYou can complain to the Dutch Data Protection Authority, or go to court."),
             action=_("See your request"), icon="circle-x", url=lambda subject, values: reverse("audit:own-erasure"), urgent=True, obliged=True)
message_kind(actions.PACKAGE_READY, label=_("A copy of your own data"), title=_("The copy of your data is ready"), body=_("Hello {name},\n\nAll that {portal} keeps of you has been put in one file. It stands ready for a week. Only you can fetch it, after logging in."),
             action=_("Fetch the copy"), icon="download", url=lambda subject, values: reverse("audit:mine"))


def _own_data(request: Request) -> str:
    return part(request, "audit/own_data.html")


slots.fill("accounts.me.panels", key="data", order=90, render=_own_data)


def _of_contact(request: Request, *, party: Any, contact: Any) -> str:
    return part(request, "audit/of_contact.html", {"contact": contact}) if request.actor.is_staff else ""


slots.fill("parties.contact.panels", key="erase", order=90, right=PORTAL_MANAGE, render=_of_contact)


def _under(request: Request, *, relation: Any) -> str | None:
    """Show both sides what was done under a mandate."""
    entries = queries.under_mandate(request.actor, relation_id=relation.pk)
    return part(request, "audit/under_mandate.html", {"items": timeline(entries)}) if relation.confirmed_at else None


slots.fill("parties.mandate.panels", key="log", order=10, render=_under)
nav.belongs("audit:register", "people-data")
nav.belongs("audit:erasures", "people-data")
nav.belongs("audit:retention", "people-data")
nav.belongs("audit:holds", "people-data")
nav.place("people-data", _("Data of people"), icon="file-text", url="audit:of-people", right=PORTAL_MANAGE, order=955, audience="staff", group="setup")

for _prefix, _label in (("accounts", _("People and access")), ("parties", _("Companies and addresses")), ("files", _("Stored files")), ("tasks", _("Tasks")), ("notifications", _("Mail")),
                        ("audit", _("Log")), ("api", _("API keys")), ("connectors", _("Connection with the ERP")), ("orders", _("Orders")), ("invoicing", _("Invoices and payments")),
                        ("catalog", _("Catalogue")), ("pricing", _("Prices"))):  # fmt: skip
    fact_group(_prefix, _label)
for _name, _label in (("name", _("Name")), ("number", _("Number")), ("kind", _("Kind")), ("language", _("Language")), ("coc_number", _("Chamber of Commerce number")), ("vat_number", _("VAT number")),
                      ("email", _("E-mail address")), ("phone", _("Telephone")), ("credit_limit", _("Credit limit")), ("payment_days", _("Payment term in days")), ("is_active", _("Active")),
                      ("unit", _("Branch")), ("order_limit", _("Order limit")), ("period_limit", _("Limit per period")), ("label", _("Name of this place")), ("street", _("Street and number")), ("postal_code", _("Postal code")),
                      ("city", _("City")), ("country", _("Country")), ("is_delivery", _("Delivery address")), ("rights", _("Rights")), ("expires_at", _("Valid until")),
                      ("branch_number", _("Branch number")), ("rsin", _("RSIN")), ("duns", _("D-U-N-S number")), ("gln", _("GLN")), ("seal_mailed", _("Seal by mail")), ("reason", _("Reason")), ("note", _("Note")), ("first_day", _("First day")), ("last_day", _("Last day")), ("deputy", _("Who stands in")), ("instead_of", _("In the place of")), ("provider_alone", _("Only with an account of elsewhere")), ("emergency", _("Who comes in when the provider fails"))):  # fmt: skip
    change_words(_name, _label, {"True": _("yes"), "False": _("no")})
change_words("role", _("Role"), WORDS)

fact_words("parties.party.created", _("{user} added {text}"), icon="building", tone="ok")
fact_words("parties.party.changed", _("{user} changed the data of {text}"), icon="building")
fact_words("parties.party.merged", _("{user} made {text} part of this company"), icon="building", tone="ok")
fact_words("parties.party.ended_into", _("{user} made this company part of {text}"), icon="building")
fact_words("parties.party.split", _("{user} split {text} from this company"), icon="building", tone="ok")
fact_words("parties.party.split_off", _("{user} split this company from {text}"), icon="building")
fact_words("parties.address.added", _("{user} added the address {text}"), icon="map-pin")
fact_words("accounts.user.logged_in", _("{text} logged in"), icon="log-in")
fact_words("accounts.user.log_in_failed", _("Somebody tried to log in as {text} and failed"), icon="shield-alert", tone="wait")
fact_words("accounts.membership.granted", _("{user} gave {text} the role {role}"), icon="user-cog")
fact_words("accounts.invitation.sent", _("{user} invited {text}"), icon="mail")
fact_words("parties.address.changed", _("{user} changed the address {text}"), icon="map-pin")
fact_words("parties.address.removed", _("{user} took the address {text} off the list"), icon="map-pin")
fact_words("parties.contact.added", _("{user} added the contact {text}"), icon="contact")
fact_words("parties.contact.changed", _("{user} changed the contact {text}"), icon="contact")
fact_words("parties.contact.removed", _("{user} took the contact {text} off the list"), icon="contact")
fact_words("parties.unit.added", _("{user} added {text} to the organisation"), icon="building", tone="ok")
fact_words("parties.unit.changed", _("{user} changed {text} in the organisation"), icon="building")
fact_words("parties.unit.moved", _("{user} gave {text} another place in the organisation"), icon="building")
fact_words("parties.unit.ended", _("{user} took {text} out of use"), icon="building", tone="wait")
fact_words("parties.unit.restored", _("{user} took {text} into use again"), icon="building")
fact_words("accounts.company.switched", _("{text} went on for this company"), icon="building")
fact_words("accounts.user.changed", _("{text} changed his own account: {what}"), icon="user")
fact_words("accounts.membership.changed", _("{user} gave {text} the role {role}"), icon="user-cog")
fact_words("accounts.membership.ended", _("{user} ended the access of {text}"), icon="user-x", tone="wait")
fact_words("accounts.membership.restored", _("{user} gave {text} access again"), icon="user-check")
fact_words("accounts.invitation.revoked", _("{user} withdrew the invitation to {text}"), icon="mail-x")
fact_words("accounts.provider.added", _("{user} set up log-in with {text}"), icon="log-in")
fact_words("accounts.provider.changed", _("{user} changed log-in with {text}: {what}"), icon="log-in")
fact_words("accounts.provider.switched", _("{user} put log-in with {text} into use or out of it"), icon="power", tone="wait")
fact_words("accounts.provider.checked", _("Log-in with {text} was tried"), icon="plug")
fact_words("accounts.identity.linked", _("{text} can log in with an account of elsewhere"), icon="link")
fact_words("accounts.identity.ended", _("{text} can no longer log in with an account of elsewhere"), icon="unlink")
fact_words("accounts.invitation.accepted", _("{text} accepted the invitation"), icon="user-check", tone="ok")
fact_words("accounts.factor.added", _("{text} added a second step to the log-in: {kind}"), icon="shield-check", tone="ok")
fact_words("accounts.factor.removed", _("{text} removed a second step of the log-in: {kind}"), icon="shield-off", tone="wait")
fact_words("accounts.recovery_codes.made", _("{text} had recovery codes made"), icon="key-round")
fact_words("accounts.recovery_code.used", _("{text} logged in with a recovery code; {left} are left"), icon="key-round", tone="wait")
fact_words("accounts.factors.reset", _("{user} let {text} set up the log-in anew"), icon="shield-alert", tone="wait")
fact_words("accounts.policy.changed", _("{user} changed how people log in"), icon="shield-check")
fact_words("accounts.policy.lifted", _("{user} let people in without {text} again"), icon="shield-alert", tone="wait")
fact_words("accounts.emergency.named", _("{user} decided which administrators come in when the provider fails"), icon="shield-alert", tone="wait")
fact_words("accounts.emergency.entered", _("{text} came in by password, without the provider: an emergency ({step})"), icon="shield-alert", tone="stop")
fact_words("accounts.along.started", _("{user} went along as {text}"), icon="eye", tone="wait")
fact_words("accounts.along.ended", _("{user} stopped going along as {text}"), icon="eye")
fact_words("accounts.absence.set", _("{text} is away for some days (said by {user})"), icon="calendar")
fact_words("accounts.absence.ended", _("{text} is back (said by {user})"), icon="user-check")
fact_words("accounts.team.changed", _("{user} changed the team {text}"), icon="users")
fact_words("accounts.team.removed", _("{user} took the team {text} away"), icon="users", tone="wait")
fact_words("accounts.card.changed", _("{user} changed how {text} is shown to parties"), icon="contact")
fact_words("accounts.manager.changed", _("Looked after from now on by: {text}"), icon="contact", tone="info")
fact_words("accounts.parties.handed_over", _("{user} handed parties over: {text} ({count})"), icon="users")
fact_words("accounts.email.change_asked", _("{text} asked for another e-mail address"), icon="mail", tone="wait")
fact_words("accounts.email.help_asked", _("{text} reads the old e-mail address no longer and asked for help"), icon="mail", tone="wait")
fact_words("accounts.email.changed", _("{text} has another e-mail address"), icon="mail", tone="wait")
fact_words("accounts.email.change_ended", _("{text} keeps the old e-mail address"), icon="mail-x")
fact_words("accounts.email.put_back", _("{text} got the old e-mail address back: the change was stopped"), icon="shield-alert", tone="stop")
fact_words("accounts.role.made", _("{user} made the role {text}"), icon="shield-check")
fact_words("accounts.role.changed", _("{user} changed what the role {text} may"), icon="shield-check")
fact_words("accounts.role.removed", _("{user} removed the role {text}"), icon="shield-check", tone="wait")
fact_words("accounts.ceiling.changed", _("{user} changed which rights {text} can have"), icon="shield-alert")
fact_words("files.file.stored", _("{user} stored the file {text}"), icon="file-text")
fact_words("files.file.dropped", _("{files} files that nothing refers to were removed"), icon="file-x")
fact_words("tasks.task.asked", _("A task was put on the list: {text}"), icon="list-checks")
fact_words("tasks.task.done", _("A task was done: {text}"), icon="check")
fact_words("tasks.task.reminded", _("Said again: a task {text}"), icon="bell-ring")
fact_words("tasks.task.escalated", _("Late for long, said to those above: a task {text}"), icon="triangle-alert", tone="stop")
fact_words("tasks.task.handed_over", _("A task was handed over to a colleague"), icon="arrow-right")
fact_words("tasks.task.turned", _("The turn went to the other side: {text}"), icon="arrow-left-right")
fact_words("notifications.choices.changed", _("{text} chose what to hear of"), icon="bell-ring")
fact_words("notifications.mail.switched_off", _("{text} switched mail off from a mail"), icon="bell-off")
fact_words("notifications.standards.changed", _("What people hear of was changed for the portal"), icon="bell-ring", tone="info")
fact_words("notifications.device.added", _("{text} lets messages come in on a device"), icon="smartphone")
fact_words("notifications.device.removed", _("{text} lets no more messages come in on a device"), icon="smartphone")
fact_words("notifications.calendar.made", _("{text} made an address for deadlines in a calendar"), icon="calendar")
fact_words("notifications.calendar.ended", _("{text} ended the address for deadlines in a calendar"), icon="calendar", tone="stop")
fact_words("notifications.text.changed", _("{user} changed the words of mails: {text}"), icon="pencil")
fact_words("notifications.mail.bounced", _("Mail to {text} came back: the address does not work"), icon="mail-x", tone="stop")
fact_words("notifications.mail.complained", _("Mail was marked as unwanted by {text}"), icon="mail-x", tone="stop")
fact_words("notifications.mail.sent_again", _("Mail to {text} was sent again"), icon="mail")
fact_words("notifications.address.tried", _("{text} asked to be mailed again"), icon="mail")
fact_words("notifications.mail.given_up", _("A mail could not be delivered: {text}"), icon="mail-x", tone="stop")
fact_words("files.file.downloaded", _("{user} downloaded the file {text}"), icon="download")
fact_words("audit.export.asked", _("{user} had a file made of the log ({text})"), icon="download")
fact_words("audit.export.ready", _("A file of the log is ready: {text}, {rows} rows"), icon="file-text")
fact_words("audit.export.downloaded", _("{user} downloaded a file of the log ({text})"), icon="download")
fact_words("audit.chain.checked", _("The log was checked and is whole: {places} rows"), icon="shield-check", tone="ok")
fact_words("audit.chain.broken", _("The log was checked and is not as it was sealed, at row {text}"), icon="shield-alert", tone="stop")
fact_words("audit.seal.mail_chosen", _("{user} chose whether the seal of the log is mailed"), icon="mail")
fact_words("parties.relation.asked", _("{user} asked {text} for a mandate"), icon="handshake", tone="wait")
fact_words("parties.relation.found", _("{text} asks for a mandate"), icon="handshake", tone="wait")
fact_words("parties.relation.confirmed", _("{user} confirmed the mandate with {text}"), icon="handshake", tone="ok")
fact_words("parties.relation.begun", _("The mandate with {text} counts"), icon="handshake", tone="ok")
fact_words("parties.relation.ended", _("{user} ended the mandate with {text}"), icon="handshake", tone="stop")
fact_words("parties.relation.over", _("{text} ended the mandate"), icon="handshake", tone="stop")
fact_words("accounts.mandate.taken", _("{user} began to act on behalf of {text}"), icon="handshake")
fact_words("parties.portal.changed", _("{user} changed the look of the portal"), icon="palette")
fact_words("audit.register.changed", _("{user} changed the register of processing: {text}"), icon="file-text")
fact_words("audit.package.asked", _("{user} asked for a copy of the data of {text}"), icon="download")
fact_words("audit.package.ready", _("The copy of the data of {text} is ready"), icon="file-text")
fact_words("audit.package.downloaded", _("{text} fetched the copy of his own data"), icon="download")
fact_words("audit.erasure.asked", _("{user} asked to be erased (no. {text})"), icon="trash-2", tone="wait")
fact_words("audit.erasure.proposed", _("{user} proposed to erase a person (no. {text})"), icon="trash-2", tone="wait")
fact_words("audit.erasure.confirmed", _("{user} confirmed the erasing of a person (no. {text})"), icon="trash-2", tone="wait")
fact_words("audit.erasure.refused", _("{user} refused or stopped the erasing of a person (no. {text})"), icon="circle-x")
fact_words("audit.erasure.withdrawn", _("{user} took the wish to be erased back (no. {text})"), icon="circle-x")
fact_words("audit.erasure.done", _("A person was erased (no. {text})"), icon="trash-2", tone="ok")
fact_words("audit.retention.changed", _("{user} changed how long things are kept"), icon="clock", tone="wait")
fact_words("audit.hold.placed", _("{user} placed a legal hold on {text}"), icon="archive", tone="wait")
fact_words("audit.hold.ended", _("{user} ended the legal hold on {text}"), icon="archive")
