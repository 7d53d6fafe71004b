from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0005_lines_and_shipping'),
    ]

    operations = [
        migrations.AddField(
            model_name='rule',
            name='new_brands',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
