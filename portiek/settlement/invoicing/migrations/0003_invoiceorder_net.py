from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('invoicing', '0002_unit_code'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoiceorder',
            name='net',
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
    ]
