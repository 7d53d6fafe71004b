"""On which mandate something was done."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_fact_by_text'),
        ('parties', '0008_mandates'),
    ]

    operations = [
        migrations.AddField(
            model_name='factrow',
            name='mandate_id',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='factrow',
            index=models.Index(condition=models.Q(('mandate_id__gt', 0)), fields=['portal', 'mandate_id', '-id'], name='fact_by_mandate'),
        ),
    ]
