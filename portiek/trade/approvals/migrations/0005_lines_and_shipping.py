from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0004_reference'),
    ]

    operations = [
        migrations.AddField(
            model_name='rule',
            name='lines',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='rule',
            name='shipping',
            field=models.CharField(blank=True, choices=[('whole', 'Everything at once'), ('parts', 'What is there first'), ('pickup', 'You pick it up')], db_default='', default='', max_length=6),
        ),
    ]
