"""A session may act on a mandate."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0015_absence'),
        ('parties', '0008_mandates'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='mandate',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.relation'),
        ),
    ]
