"""Documents of products: the table of their versions."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0013_etim_names'),
        ('files', '0001_initial'),
        ('parties', '0012_birthdays'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductDocument',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=43)),
                ('kind', models.CharField(choices=[('safety', 'Safety data sheet'), ('performance', 'Declaration of performance'), ('technical', 'Product data sheet'), ('manual', 'Manual'), ('drawing', 'Drawing'), ('certificate', 'Certificate'), ('picture', 'Picture'), ('other', 'Other document')], max_length=11)),
                ('language', models.CharField(blank=True, default='', max_length=2)),
                ('title', models.CharField(blank=True, default='', max_length=120)),
                ('version', models.CharField(blank=True, default='', max_length=40)),
                ('valid_from', models.DateField()),
                ('added_at', models.DateTimeField()),
                ('is_current', models.BooleanField(default=False)),
                ('is_news', models.BooleanField(default=False)),
                ('name', models.CharField(blank=True, default='', max_length=255)),
                ('media_type', models.CharField(blank=True, default='', max_length=100)),
                ('size', models.BigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
                ('from_erp', models.BooleanField(default=False)),
                ('source', models.CharField(blank=True, default='', max_length=1000)),
                ('state', models.CharField(choices=[('ready', 'Here'), ('link', 'Elsewhere'), ('asked', 'Being fetched'), ('missing', 'Not there')], default='ready', max_length=7)),
                ('problem', models.CharField(blank=True, default='', max_length=20)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('file', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
                ('product', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
            ],
            options={
                'db_table': 'sheets_document',
                'indexes': [models.Index(fields=['product', '-valid_from', '-id'], name='product_document_of'), models.Index(condition=models.Q(('is_current', True)), fields=['portal', 'kind', '-valid_from', '-id'], name='product_document_new'), models.Index(condition=models.Q(('is_current', True)), fields=['portal', 'product', 'id'], name='product_document_listed'), models.Index(condition=models.Q(('is_news', True)), fields=['portal', 'id'], name='product_document_news'), models.Index(condition=models.Q(('state', 'asked')), fields=['portal', 'tries', 'id'], name='product_document_asked'), models.Index(condition=models.Q(('state__in', ('missing', 'link'))), fields=['portal', '-id'], name='product_document_missing')],
                'constraints': [models.UniqueConstraint(fields=('portal', 'key'), name='product_document_key'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('product', 'kind', 'language', 'title', 'portal'), name='product_document_current'), models.CheckConstraint(condition=models.Q(('file__isnull', False), models.Q(('state', 'ready'), _negated=True), _connector='OR'), name='product_document_there')],
            },
        ),
    ]
