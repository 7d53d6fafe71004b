"""The bell's page, and the delivery log."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portiek.core.errors import NotFound
from portiek.core.pages import Request, page, render
from portiek.foundation.notifications import actions, permissions, queries, shown
from portiek.foundation.notifications.models import Mail


@page(None)
def list_notifications(request: Request) -> HttpResponse:
    """Show what this person was told."""
    found = queries.notifications_page(request.actor, after=request.GET.get("after"), before=request.GET.get("before"))
    return render(request, "notifications/list.html", {"page": found, "unread": queries.unread(request.actor)})


@page(None, "POST")
def open_notification(request: Request, notification_id: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    row = queries.notifications(request.actor).filter(pk=notification_id).first()
    if row is None:
        raise NotFound
    actions.mark_read(request.actor, notification_id=row.pk)
    return redirect(shown.told(row).url or "notifications:list")


@page(None, "POST")
def read_all(request: Request) -> HttpResponse:
    """Mark all as read."""
    actions.mark_read(request.actor)
    return redirect("notifications:list")


@page(permissions.MAIL_VIEW, audience="staff")
def list_mails(request: Request) -> HttpResponse:
    """Show which mail went out, to whom, and what did not arrive."""
    state, search = request.GET.get("state", ""), request.GET.get("q", "")[:254].replace("\0", "")
    found = queries.mails(request.actor, state=state, search=search, after=request.GET.get("after"), before=request.GET.get("before"))
    rows = [(mail, shown.name_of(mail.kind)) for mail in found.rows]
    states = [("", _("All")), *((code, str(label)) for code, label in Mail.State.choices)]
    return render(request, "notifications/mails.html", {"page": found, "rows": rows, "state": state, "search": search, "states": states})


@page(permissions.MAIL_VIEW, "POST", audience="staff")
def retry_mail(request: Request, mail_id: int) -> HttpResponse:
    """Send a mail that was given up once more."""
    actions.try_again(request.actor, mail=queries.mail(request.actor, mail_id))
    return redirect("notifications:mails")
