from django.db import migrations

# Who keeps the address book of a running portal's customers may also send one order elsewhere.
GIVE = """UPDATE accounts_role SET rights = array_append(rights, 'address.use_oneoff')
 WHERE code IN ('admin', 'person') AND 'address.manage' = ANY(rights) AND NOT 'address.use_oneoff' = ANY(rights)"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_rights_over_units'),
    ]

    operations = [
        migrations.RunSQL(GIVE, migrations.RunSQL.noop),
    ]
