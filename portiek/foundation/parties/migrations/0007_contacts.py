"""A contact has a unit and a note."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0006_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='unit',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.unit'),
        ),
        migrations.AddField(
            model_name='contact',
            name='note',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
    ]
