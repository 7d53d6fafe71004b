"""Whether people may have themselves congratulated is the portal's choice."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0011_merging'),
    ]

    operations = [
        migrations.AddField(model_name='portal', name='greets_birthdays', field=models.BooleanField(db_default=True, default=True)),
    ]
