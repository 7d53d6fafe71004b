"""Searches that found nothing, counted by day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_product_values'),
        ('parties', '0012_birthdays'),
    ]

    operations = [
        migrations.CreateModel(
            name='FruitlessSearch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('words', models.CharField(max_length=60)),
                ('day', models.DateField()),
                ('times', models.PositiveIntegerField(default=1)),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
            ],
            options={
                'db_table': 'catalog_fruitless_search',
                'indexes': [models.Index(fields=['portal', 'day'], name='fruitless_search_day')],
                'constraints': [models.UniqueConstraint(fields=('portal', 'words', 'day'), name='fruitless_search_once')],
            },
        ),
    ]
