from django.db import migrations, models

# What is no number of an order of the same party was the ERP's own id of it.
APART = """
UPDATE invoicing_order r SET external_id = r.number, number = ''
WHERE NOT EXISTS (SELECT FROM orders_order o WHERE o.portal_id = r.portal_id AND o.party_id = r.party_id AND o.number = r.number)
"""
# Orders that came in after their invoice.
FOUND = """
UPDATE invoicing_order r SET number = o.number FROM orders_order o
WHERE r.number = '' AND o.portal_id = r.portal_id AND o.party_id = r.party_id AND o.external_id = r.external_id
 AND NOT EXISTS (SELECT FROM invoicing_order other WHERE other.portal_id = r.portal_id AND other.invoice_id = r.invoice_id AND other.number = o.number)
"""
# How far each order is invoiced, once for all that were told wrong: orders.rules.invoice_state.
TOLD = """
WITH sums AS (
 SELECT r.portal_id, r.party_id, r.number, coalesce(sum(r.net), 0) AS known, bool_or(r.net IS NULL AND NOT i.is_credit) AS more, bool_or(r.net IS NULL AND i.is_credit) AS less
 FROM invoicing_order r JOIN invoicing_invoice i ON i.portal_id = r.portal_id AND i.id = r.invoice_id WHERE i.state <> 'cancelled' AND r.number <> '' GROUP BY 1, 2, 3
), turned AS (
 SELECT o.id, abs(o.net) AS net, CASE WHEN o.net < 0 THEN -known ELSE known END AS known,
  CASE WHEN o.net < 0 THEN less ELSE more END AS more, CASE WHEN o.net < 0 THEN more ELSE less END AS less
 FROM orders_order o LEFT JOIN sums ON sums.portal_id = o.portal_id AND sums.party_id = o.party_id AND sums.number = o.number
), told AS (
 SELECT id, CASE WHEN known IS NULL OR known <= 0 AND net > 0 AND NOT more THEN 'none' WHEN known >= net AND NOT less THEN 'invoiced' ELSE 'partial' END AS state FROM turned
)
UPDATE orders_order o SET invoice = told.state FROM told WHERE o.id = told.id AND o.invoice <> told.state
"""


class Migration(migrations.Migration):

    dependencies = [
        ('invoicing', '0004_fill_net'),
        ('orders', '0004_order_search'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoiceline',
            name='order_line',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='invoiceorder',
            name='external_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='invoiceorder',
            name='number',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.RemoveConstraint(
            model_name='invoiceorder',
            name='invoice_order_once',
        ),
        migrations.RunSQL([APART, FOUND, TOLD], migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='invoiceorder',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('portal', 'invoice', 'number'), name='invoice_order_once'),
        ),
        migrations.AddConstraint(
            model_name='invoiceorder',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('portal', 'invoice', 'external_id'), name='invoice_order_external'),
        ),
        migrations.AddConstraint(
            model_name='invoiceorder',
            constraint=models.CheckConstraint(condition=models.Q(('external_id', ''), ('number', ''), _negated=True), name='invoice_order_named'),
        ),
        migrations.AddIndex(
            model_name='invoiceorder',
            index=models.Index(condition=models.Q(('number', '')), fields=['portal', 'external_id'], name='invoice_order_awaited'),
        ),
    ]
