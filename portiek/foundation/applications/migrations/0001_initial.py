"""Requests for an account, and whether a portal takes them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('parties', '0006_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('unproved', 'Address not proved'), ('asked', 'Waits for us'), ('needs_info', 'Waits for the asker'), ('approved', 'Approved'), ('rejected', 'Rejected')], default='unproved', max_length=10)),
                ('company', models.CharField(max_length=200)),
                ('coc_number', models.CharField(blank=True, default='', max_length=12)),
                ('vat_number', models.CharField(blank=True, default='', max_length=20)),
                ('name', models.CharField(max_length=120)),
                ('email', models.CharField(max_length=254)),
                ('phone', models.CharField(blank=True, default='', max_length=40)),
                ('remark', models.CharField(blank=True, default='', max_length=1000)),
                ('language', models.CharField(default='nl', max_length=2)),
                ('code_hash', models.BinaryField(default=b'', max_length=32)),
                ('code_tries', models.PositiveSmallIntegerField(default=0)),
                ('code_expires_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('talk', models.JSONField(default=list)),
                ('reason', models.CharField(blank=True, default='', max_length=1000)),
                ('decided_name', models.CharField(blank=True, default='', max_length=120)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('given', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
            ],
            options={
                'db_table': 'applications_application',
                'indexes': [models.Index(condition=models.Q(('state', 'unproved'), _negated=True), fields=['portal', '-id'], name='application_list'), models.Index(fields=['portal', 'state', '-id'], name='application_state')],
            },
        ),
        migrations.CreateModel(
            name='Door',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('is_open', models.BooleanField(default=True)),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
            ],
            options={
                'db_table': 'applications_door',
                'constraints': [models.UniqueConstraint(fields=('portal',), name='door_once')],
            },
        ),
    ]
