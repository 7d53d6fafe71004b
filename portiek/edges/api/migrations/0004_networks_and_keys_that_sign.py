import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('api', '0003_clients')]

    operations = [
        migrations.AddField(model_name='apikey', name='networks', field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=43), db_default=[], default=list, size=None)),
        migrations.AddField(model_name='webhookendpoint', name='public_key', field=models.CharField(blank=True, db_default='', default='', max_length=60)),
    ]
