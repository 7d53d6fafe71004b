from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recurring', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='recurring',
            name='cost_centre',
            field=models.CharField(blank=True, db_default='', default='', max_length=20),
        ),
    ]
