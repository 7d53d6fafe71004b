import django.db.models.fields.json
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0003_sighted'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='filerecord',
            index=models.Index(models.F('portal'), models.F('connection'), models.F('parent'), django.db.models.functions.comparison.Collate(django.db.models.fields.json.KT('body__product'), 'C'), models.F('external_id'), condition=models.Q(('layout', 'price_list.lines')), name='file_record_product'),
        ),
    ]
