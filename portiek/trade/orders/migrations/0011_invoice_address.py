"""An order may have an invoice address of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0010_order_values'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='invoice_address',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='order',
            name='invoice_address_external_id',
            field=models.CharField(default='', max_length=64),
        ),
    ]
