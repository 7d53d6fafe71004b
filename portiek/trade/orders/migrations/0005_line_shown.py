"""What a line of a cart cost when the cart last looked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_order_search")]

    operations = [
        migrations.AddField("cartline", "shown_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("cartline", "shown_price", models.DecimalField(blank=True, decimal_places=6, max_digits=14, null=True)),
        migrations.AddField("cartline", "shown_rate", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
    ]
