"""Tasks go along with who is asked."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portiek.core.merging import moves

moves("tasks.Task", label=_("Tasks"), once=(("subject", "kind", "user", "right"),), among={"done_at__isnull": True}, says=_("The same is asked at the company that stays."), takes=lambda deed: Q(user__in=deed.people))
moves("tasks.Task", column="about")
moves("tasks.Step", hangs_on="task", order=60)
