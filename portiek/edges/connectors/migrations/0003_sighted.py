from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0002_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='filesource',
            name='sighted',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
