"""What only the demo has about lines that were confirmed otherwise, and questions about orders."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portiek.core.actor import Actor
from portiek.core.refs import ref
from portiek.foundation.tasks.actions import ask
from portiek.trade.orders import permissions
from portiek.trade.orders.models import Order, OrderLine, Reply
from portiek.trade.orders.reactions.replies import LINES, QUESTIONS
from portiek.trade.orders.replying import fingerprint


def replies(actor: Actor) -> None:
    """Let two lines of the buyer's order wait for his word, a question about a third wait for staff, and have an answer about the administrator's."""
    orders = Order.objects.filter(party__number="10042").select_related("party").order_by("-placed_at", "-pk")
    changed, partial = orders.filter(status="confirmed_with_changes", user_name="Youssef El Amrani").first(), orders.filter(delivery="partial", user_name="Sanne Bakker").first()
    if changed is not None:
        Order.objects.filter(pk=changed.pk).update(wanted_date=timezone.localdate() + timedelta(days=4))
        OrderLine.objects.filter(order=changed, position=2).update(answer="3", confirmed_on=timezone.localdate() + timedelta(days=11))
        OrderLine.objects.filter(order=changed, position=3).update(answer="3", confirmed_sku="PU-700", confirmed_name="PU-schuim 700 ml, ander merk")
        line = OrderLine.objects.get(order=changed, position=3)
        asked = Reply.objects.create(portal_id=actor.portal_id, party_id=changed.party_id, order=changed, position=3, kind=Reply.Kind.ASKED, seen=fingerprint(line), text="Is dit ook brandwerend?", user_id=changed.user_id, by_name=changed.user_name, at=timezone.now())
        ask(actor, kind=LINES, subject=ref("orders.order", changed.pk), party_id=changed.party_id, user_id=changed.user_id, values={"number": changed.number, "count": 2})
        ask(actor, kind=QUESTIONS, subject=ref("orders.order", changed.pk), right=permissions.MANAGE, values={"number": changed.number, "party": changed.party.name, "name": asked.by_name, "text": asked.text}, about_id=changed.party_id)
    if partial is not None:
        Reply.objects.create(portal_id=actor.portal_id, party_id=partial.party_id, order=partial, kind=Reply.Kind.ASKED, text="Kan de rest met een wagen met kraan komen?", user_id=partial.user_id, by_name=partial.user_name, at=partial.placed_at,
                             answer="Ja, dat is geregeld.", answered_by="Peter van Dijk", answered_at=timezone.now())
