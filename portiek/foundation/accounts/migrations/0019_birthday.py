"""The day on which somebody wants to be congratulated."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_guests'),
    ]

    operations = [
        migrations.CreateModel(
            name='Birthday',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.PositiveSmallIntegerField()),
                ('month', models.PositiveSmallIntegerField()),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.user')),
            ],
            options={
                'db_table': 'accounts_birthday',
                'constraints': [models.UniqueConstraint(fields=('portal', 'user'), name='birthday_once'), models.CheckConstraint(condition=models.Q(('day__range', (1, 31)), ('month__range', (1, 12))), name='birthday_day')],
            },
        ),
    ]
