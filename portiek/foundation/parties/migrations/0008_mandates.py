"""Who may act for whom."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0007_contacts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('dealer', 'Dealer for a customer'), ('parent', 'Parent company for a subsidiary'), ('agent', 'Agent with a mandate')], max_length=6)),
                ('asked_number', models.CharField(blank=True, default='', max_length=20)),
                ('giver_name', models.CharField(blank=True, default='', max_length=200)),
                ('agent_name', models.CharField(blank=True, default='', max_length=200)),
                ('rights', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('reference', models.CharField(blank=True, default='', max_length=120)),
                ('asked_name', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_name', models.CharField(blank=True, default='', max_length=120)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_name', models.CharField(blank=True, default='', max_length=120)),
                ('agent', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('asker', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('giver', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
            ],
            options={
                'db_table': 'parties_relation',
                'indexes': [models.Index(fields=['giver', '-id'], name='relation_giver'), models.Index(fields=['agent', '-id'], name='relation_agent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('giver', None), ('agent', None), models.Q(('giver', models.F('agent')), _negated=True), _connector='OR'), name='relation_of_two'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='relation_days')],
            },
        ),
    ]
