"""People keep searches."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0010_families'),
        ('parties', '0012_birthdays'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('words', models.CharField(blank=True, default='', max_length=100)),
                ('narrowed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=260), blank=True, default=list, size=None)),
                ('stocked', models.BooleanField(default=False)),
                ('often', models.CharField(choices=[('daily', 'Every day'), ('weekly', 'Every week'), ('never', 'Not')], max_length=6)),
                ('looked_at', models.DateTimeField()),
                ('seen', models.BigIntegerField(default=0)),
                ('category', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category')),
                ('party', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
            ],
            options={
                'db_table': 'catalog_saved_search',
                'indexes': [models.Index(fields=['portal', 'looked_at', 'id'], name='saved_search_due')],
                'constraints': [models.UniqueConstraint(fields=('portal', 'party', 'user_id', 'name'), name='saved_search_once')],
            },
        ),
    ]
