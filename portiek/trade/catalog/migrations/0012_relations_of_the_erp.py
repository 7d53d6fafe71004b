"""The ERP says what products lead to as well, also to products that are not there yet."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0011_saved_searches'),
    ]

    operations = [
        migrations.AddField('productrelation', 'from_erp', models.BooleanField(default=False)),
        migrations.AddField('productrelation', 'erp_other', models.CharField(blank=True, default='', max_length=64)),
        migrations.AlterField('productrelation', 'other', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
        migrations.AddConstraint('productrelation', models.CheckConstraint(condition=models.Q(('other__isnull', False), models.Q(('erp_other', ''), _negated=True), _connector='OR'), name='product_relation_named')),
        migrations.AddIndex('productrelation', models.Index(condition=models.Q(('other__isnull', True)), fields=['portal', 'erp_other'], name='product_relation_waits')),
    ]
