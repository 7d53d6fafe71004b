"""What the codes of ETIM are called."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0012_relations_of_the_erp'),
        ('parties', '0012_birthdays'),
    ]

    operations = [
        migrations.CreateModel(
            name='EtimName',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, default='', max_length=80)),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
            ],
            options={
                'db_table': 'catalog_etim_name',
                'constraints': [models.UniqueConstraint(fields=('portal', 'code'), name='etim_name_code')],
            },
        ),
    ]
