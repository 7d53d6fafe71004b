from django.db import migrations

# Rows of before `net` was kept: an invoice for one order is all of that order.
FILL = """
UPDATE invoicing_order o SET net = i.net FROM invoicing_invoice i
WHERE o.net IS NULL AND i.portal_id = o.portal_id AND i.id = o.invoice_id
 AND NOT EXISTS (SELECT FROM invoicing_order other WHERE other.portal_id = o.portal_id AND other.invoice_id = o.invoice_id AND other.id <> o.id)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('invoicing', '0003_invoiceorder_net'),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
