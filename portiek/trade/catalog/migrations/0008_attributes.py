"""What is said of products gets attributes; the names and values that staff typed before become such."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

NAMES = r"""
INSERT INTO catalog_attribute (portal_id, code, name, name_en, kind, unit, position, narrows, erp_version)
SELECT DISTINCT ON (p.portal_id, lower(s ->> 0)) p.portal_id, left(regexp_replace(lower(s ->> 0), '[^a-z0-9]+', '-', 'g'), 30) || '-' || left(md5(lower(s ->> 0)), 8), left(s ->> 0, 80), '', 'text', '', 100, true, ''
FROM catalog_product p, jsonb_array_elements(p.specs) s WHERE s ->> 0 <> '' AND s ->> 1 <> '' ORDER BY p.portal_id, lower(s ->> 0), p.id
"""
SAID = """
INSERT INTO catalog_product_attribute (portal_id, product_id, attribute_id, value, value_en, from_erp)
SELECT DISTINCT ON (p.id, a.id) p.portal_id, p.id, a.id, left(s ->> 1, 200), '', false
FROM catalog_product p, jsonb_array_elements(p.specs) WITH ORDINALITY e(s, place) JOIN catalog_attribute a ON lower(a.name) = lower(left(s ->> 0, 80))
WHERE a.portal_id = p.portal_id AND s ->> 1 <> '' ORDER BY p.id, a.id, place
"""
KNOWN = """
UPDATE catalog_productsearch s SET traits = said.traits FROM (SELECT product_id, array_agg(('x' || left(md5(attribute_id || ':' || value), 8))::bit(32)::int ORDER BY 1) traits FROM catalog_product_attribute GROUP BY 1) said
WHERE s.product_id = said.product_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_units'),
        ('parties', '0012_birthdays'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attribute',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('external_id', models.CharField(blank=True, max_length=64, null=True)),
                ('erp_version', models.CharField(db_default='', default='', max_length=64)),
                ('as_of', models.DateTimeField(blank=True, null=True)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, default='', max_length=80)),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Figure'), ('range', 'Range'), ('logic', 'Yes or no')], max_length=6)),
                ('unit', models.CharField(blank=True, default='', max_length=20)),
                ('position', models.PositiveIntegerField(default=100)),
                ('narrows', models.BooleanField(default=True)),
            ],
            options={
                'db_table': 'catalog_attribute',
            },
        ),
        migrations.CreateModel(
            name='ProductAttribute',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('value', models.CharField(max_length=200)),
                ('value_en', models.CharField(blank=True, default='', max_length=200)),
                ('number', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ('until', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ('from_erp', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'catalog_product_attribute',
            },
        ),
        migrations.AddField(
            model_name='productsearch',
            name='traits',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), db_default=[], default=list, size=None),
        ),
        migrations.AddIndex(
            model_name='productsearch',
            index=django.contrib.postgres.indexes.GinIndex(fields=['traits'], name='search_traits'),
        ),
        migrations.AddField(
            model_name='attribute',
            name='portal',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal'),
        ),
        migrations.AddField(
            model_name='productattribute',
            name='attribute',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.attribute'),
        ),
        migrations.AddField(
            model_name='productattribute',
            name='portal',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal'),
        ),
        migrations.AddField(
            model_name='productattribute',
            name='product',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.UniqueConstraint(fields=('portal', 'code'), name='attribute_code'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.UniqueConstraint(fields=('portal', 'external_id'), name='attribute_external'),
        ),
        migrations.AddConstraint(
            model_name='productattribute',
            constraint=models.UniqueConstraint(fields=('product', 'attribute', 'portal'), name='product_attribute_once'),
        ),
        migrations.AddConstraint(
            model_name='productattribute',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('number__lte', models.F('until')), _connector='OR'), name='product_attribute_range'),
        ),
        migrations.AddIndex(
            model_name='attribute',
            index=models.Index(fields=['portal', 'position', 'name', 'id'], name='attribute_in_order'),
        ),
        migrations.RunSQL([NAMES, SAID, KNOWN], migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='product',
            name='specs',
        ),
    ]
