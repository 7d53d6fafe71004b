"""A company's own contacts have an e-mail address once. Of what stands twice already the later one keeps it in its note."""

from django.db import migrations, models

ONCE = """
UPDATE parties_contact SET email = lower(email) WHERE external_id IS NULL AND email <> lower(email);
UPDATE parties_contact c SET email = '', note = left(concat_ws(' ', c.email, c.note), 500) WHERE c.external_id IS NULL AND c.is_active AND c.email <> ''
AND EXISTS (SELECT FROM parties_contact o WHERE o.portal_id = c.portal_id AND o.party_id = c.party_id AND o.email = c.email AND o.external_id IS NULL AND o.is_active AND o.id < c.id);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0009_erasures'),
    ]

    operations = [
        migrations.RunSQL(ONCE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', None), ('is_active', True), models.Q(('email', ''), _negated=True)), fields=('portal', 'party', 'email'), name='contact_email_once'),
        ),
    ]
