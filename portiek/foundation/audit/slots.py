"""The place of the log in the menu, and the words of what happens in the modules below."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portiek.core import nav
from portiek.foundation.audit import permissions
from portiek.foundation.audit.words import fact_words

nav.place("audit-company", _("Log"), icon="scroll-text", url="audit:list", right=permissions.VIEW, order=690, audience="party", group="company")
nav.place("audit", _("Log"), icon="scroll-text", url="audit:list", right=permissions.VIEW, order=950, audience="staff", group="setup")

fact_words("parties.party.created", _("{user} added {text}"), icon="building", tone="ok")
fact_words("parties.party.changed", _("{user} changed the data of {text}"), icon="building")
fact_words("parties.address.added", _("{user} added the address {text}"), icon="map-pin")
fact_words("accounts.user.logged_in", _("{text} logged in"), icon="log-in")
fact_words("accounts.user.log_in_failed", _("Somebody tried to log in as {text} and failed"), icon="shield-alert", tone="wait")
fact_words("accounts.membership.granted", _("{user} gave {text} the role {role}"), icon="user-cog")
fact_words("accounts.invitation.sent", _("{user} invited {text}"), icon="mail")
fact_words("parties.address.changed", _("{user} changed the address {text}"), icon="map-pin")
fact_words("parties.address.removed", _("{user} took the address {text} off the list"), icon="map-pin")
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
fact_words("accounts.invitation.accepted", _("{text} accepted the invitation"), icon="user-check", tone="ok")
fact_words("accounts.along.started", _("{user} went along as {text}: {reason}"), icon="eye", tone="wait")
fact_words("accounts.along.ended", _("{user} stopped going along as {text}"), icon="eye")
fact_words("accounts.role.made", _("{user} made the role {text}"), icon="shield-check")
fact_words("accounts.role.changed", _("{user} changed what the role {text} may"), icon="shield-check")
fact_words("accounts.role.removed", _("{user} removed the role {text}"), icon="shield-check", tone="wait")
fact_words("accounts.ceiling.changed", _("{user} changed which rights {text} can have"), icon="shield-alert")
fact_words("files.file.stored", _("{user} stored the file {text}"), icon="file-text")
fact_words("files.file.dropped", _("{files} files that nothing refers to were removed"), icon="file-x")
fact_words("tasks.task.asked", _("A task was put on the list: {text}"), icon="list-checks")
fact_words("tasks.task.done", _("A task was done: {text}"), icon="check")
fact_words("notifications.mail.given_up", _("A mail could not be delivered: {text}"), icon="mail-x", tone="stop")
