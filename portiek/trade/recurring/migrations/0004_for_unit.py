import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0012_birthdays'),
        ('recurring', '0003_units'),
    ]

    operations = [
        migrations.AddField(
            model_name='recurring',
            name='for_unit',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.unit'),
        ),
    ]
