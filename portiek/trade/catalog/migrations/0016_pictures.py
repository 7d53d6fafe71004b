"""Products have pictures."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0015_freshness_limit'),
        ('files', '0001_initial'),
        ('parties', '0012_birthdays'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='picture',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.CreateModel(
            name='ProductPicture',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('origin', models.CharField(choices=[('staff', 'Staff'), ('documents', 'Documents'), ('erp', 'Erp')], max_length=9)),
                ('digest', models.CharField(blank=True, default='', max_length=16)),
                ('thumbnail', models.BinaryField(default=b'')),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
                ('marker', models.CharField(blank=True, default='', max_length=200)),
                ('wanted', models.CharField(blank=True, default='', max_length=200)),
                ('file', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
                ('product', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
            ],
            options={
                'db_table': 'catalog_product_picture',
                'indexes': [models.Index(condition=models.Q(('digest', ''), _negated=True), fields=['portal', 'digest'], name='product_picture_shown'), models.Index(condition=models.Q(('wanted', ''), _negated=True), fields=['portal', 'id'], name='product_picture_wanted')],
                'constraints': [models.UniqueConstraint(fields=('product', 'origin', 'portal'), name='product_picture_once')],
            },
        ),
    ]
