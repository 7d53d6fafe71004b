from django.db import migrations

# A party with a hundredth of all lines is what is planned for: its lines are then read by their keys, and not all of them to find twenty-five.
LINES = "ALTER TABLE orders_order_line ALTER COLUMN party_id SET (n_distinct = 100)"


class Migration(migrations.Migration):
    dependencies = [("orders", "0030_wishes")]

    operations = [migrations.RunSQL(LINES, "ALTER TABLE orders_order_line ALTER COLUMN party_id RESET (n_distinct)")]
