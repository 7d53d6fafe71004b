"""The page of all that waits."""

from __future__ import annotations

from django.http import HttpResponse

from portiek.core.pages import Request, page, render
from portiek.foundation.tasks import queries


@page(None)
def list_tasks(request: Request) -> HttpResponse:
    """Show what waits for this person, or what was done."""
    done = request.GET.get("show") == "done"
    found = (queries.done_page if done else queries.waiting_page)(request.actor, after=request.GET.get("after"), before=request.GET.get("before"))
    return render(request, "tasks/list.html", {"page": found, "done": done})
