"""Products may be versions of one thing: families."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0009_relations'),
        ('parties', '0012_birthdays'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='variant',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='product',
            name='variant_en',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.CreateModel(
            name='ProductFamily',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('external_id', models.CharField(blank=True, max_length=64, null=True)),
                ('erp_version', models.CharField(db_default='', default='', max_length=64)),
                ('as_of', models.DateTimeField(blank=True, null=True)),
                ('code', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('axes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, db_default=[], default=list, size=None)),
                ('folds', models.BooleanField(db_default=True, default=True)),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
            ],
            options={
                'db_table': 'catalog_product_family',
            },
        ),
        migrations.AddField(
            model_name='product',
            name='family',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.productfamily'),
        ),
        migrations.AddField(
            model_name='productsearch',
            name='family',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.productfamily'),
        ),
        migrations.AddIndex(
            model_name='productsearch',
            index=models.Index(condition=models.Q(('family__isnull', False)), fields=['family', 'popularity', 'product'], name='search_family'),
        ),
        migrations.AddIndex(
            model_name='productfamily',
            index=models.Index(fields=['portal', 'name', 'id'], name='product_family_in_order'),
        ),
        migrations.AddConstraint(
            model_name='productfamily',
            constraint=models.UniqueConstraint(fields=('portal', 'code'), name='product_family_code'),
        ),
        migrations.AddConstraint(
            model_name='productfamily',
            constraint=models.UniqueConstraint(fields=('portal', 'external_id'), name='product_family_external'),
        ),
    ]
