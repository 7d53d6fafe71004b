from django.db import migrations, models
from django.db.models import Q

# What was wanted otherwise of orders, beside what was said and asked about them.
WISHES = """INSERT INTO orders_reply (portal_id, party_id, order_id, kind, seen, text, user_id, by_name, at, is_done, answer, answered_by_id, answered_by, answered_at)
SELECT portal_id, party_id, order_id, 'wished', '', text, user_id, by_name, at, is_done, answer, answered_by_id, answered_by, answered_at FROM orders_wish ORDER BY id"""
# One kind of task asks staff to answer either: of an order for which both wait, the question stays and leads to the page of both.
DOUBLES = """UPDATE tasks_task t SET done_at = now() WHERE t.kind = 'orders.order_change' AND t.done_at IS NULL
AND EXISTS (SELECT FROM tasks_task o WHERE o.portal_id = t.portal_id AND o.subject = t.subject AND o.kind = 'orders.order_answer' AND o.done_at IS NULL)"""
TASKS = "UPDATE tasks_task SET kind = 'orders.order_answer' WHERE kind = 'orders.order_change'"
TOLD = [f"UPDATE notifications_{table} SET kind = 'task:orders.order_answer' WHERE kind = 'task:orders.order_change'" for table in ("notification", "mail", "push")]
# What somebody chose for either holds for both; who chose for both keeps what he chose for questions.
CHOSEN = [f"UPDATE notifications_{table} c SET kind = 'task:orders.order_answer' WHERE c.kind = 'task:orders.order_change' AND NOT EXISTS (SELECT FROM notifications_{table} o WHERE o.portal_id = c.portal_id AND o.kind = 'task:orders.order_answer'{same})"
          for table, same in (("choice", " AND o.user_id = c.user_id"), ("standard", ""))]


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0006_devices"),
        ("orders", "0029_cart_unit"),
        ("tasks", "0004_instead_of"),
    ]

    operations = [
        migrations.AddField(model_name="reply", name="is_done", field=models.BooleanField(blank=True, null=True)),
        migrations.AlterField(model_name="reply", name="kind", field=models.CharField(choices=[("accepted", "Agrees"), ("refused", "Does not agree"), ("asked", "Asked"), ("wished", "Asked for a change")], max_length=8)),
        migrations.RemoveConstraint(model_name="reply", name="reply_decided_once"),
        migrations.RemoveConstraint(model_name="reply", name="reply_decides_a_line"),
        migrations.AddConstraint(model_name="reply", constraint=models.UniqueConstraint(condition=Q(kind__in=["accepted", "refused"]), fields=("portal", "party", "order", "position", "seen"), name="reply_decided_once")),
        migrations.AddConstraint(model_name="reply", constraint=models.UniqueConstraint(condition=Q(kind="wished", answered_at__isnull=True), fields=("portal", "party", "order"), name="reply_wished_once")),
        migrations.AddConstraint(model_name="reply", constraint=models.CheckConstraint(condition=Q(kind__in=["asked", "wished"]) | Q(position__isnull=False), name="reply_decides_a_line")),
        migrations.AddConstraint(model_name="reply", constraint=models.CheckConstraint(condition=Q(kind="wished", answered_at__isnull=False, is_done__isnull=False) | (Q(is_done__isnull=True) & (~Q(kind="wished") | Q(answered_at__isnull=True))), name="reply_done")),
        migrations.RunSQL([WISHES, DOUBLES, TASKS, *TOLD, *CHOSEN], migrations.RunSQL.noop),
        migrations.DeleteModel(name="Wish"),
    ]
