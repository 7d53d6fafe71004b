"""Products lead to others: what came in their place, what may be taken instead, what goes along."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0008_attributes'),
        ('parties', '0012_birthdays'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductRelation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('successor', 'Successor'), ('alternative', 'Alternative'), ('accessory', 'Accessory')], max_length=11)),
                ('position', models.PositiveIntegerField(default=0)),
                ('other', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
                ('product', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
            ],
            options={
                'db_table': 'catalog_product_relation',
                'constraints': [models.UniqueConstraint(fields=('product', 'kind', 'other', 'portal'), name='product_relation_once'), models.CheckConstraint(condition=models.Q(('product', models.F('other')), _negated=True), name='product_relation_other')],
            },
        ),
    ]
