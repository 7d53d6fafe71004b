"""A guest has a last day."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_login_alone'),
    ]

    operations = [
        migrations.AddField(model_name='membership', name='until', field=models.DateField(blank=True, null=True)),
        migrations.AddField(model_name='invitation', name='until', field=models.DateField(blank=True, null=True)),
        migrations.AddIndex(model_name='membership', index=models.Index(condition=Q(('is_active', True), ('until__isnull', False)), fields=['portal', 'until'], name='membership_until')),
    ]
