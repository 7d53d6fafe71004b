"""Log in with an account of elsewhere alone, and who comes in when that fails."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0016_mandates'),
        ('parties', '0010_contact_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='loginpolicy',
            name='provider',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.provider'),
        ),
        migrations.CreateModel(
            name='EmergencyAccess',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.user')),
            ],
            options={
                'db_table': 'accounts_emergency_access',
                'constraints': [models.UniqueConstraint(fields=('portal', 'user'), name='emergency_access_user')],
            },
        ),
    ]
