"""Orders come from purchasing systems, too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(model_name='message', name='channel', field=models.CharField(choices=[('api', 'API'), ('upload', 'Uploaded'), ('system', 'Purchasing system')], max_length=6)),
    ]
