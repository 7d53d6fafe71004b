from django.db import migrations

# A portal that runs gives the new right to the roles that held what it was part of.
GIVE = """UPDATE accounts_role SET rights = array_append(rights, 'unit.manage')
 WHERE code IN ('admin', 'staff-admin', 'staff-sales') AND 'address.manage' = ANY(rights) AND NOT 'unit.manage' = ANY(rights)"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(GIVE, migrations.RunSQL.noop),
    ]
