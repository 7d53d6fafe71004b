import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0003_numbers'),
    ]

    operations = [
        migrations.AddField(
            model_name='portal',
            name='logo',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.CreateModel(
            name='Logo',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=16)),
                ('content', models.BinaryField()),
                ('portal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.portal')),
            ],
            options={
                'db_table': 'parties_logo',
                'constraints': [models.UniqueConstraint(fields=('portal',), name='logo_once')],
            },
        ),
    ]
