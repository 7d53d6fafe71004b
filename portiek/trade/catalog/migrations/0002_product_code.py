"""Products are found by number, whatever its large and small letters."""

from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.AddIndex("product", models.Index("portal", Upper("sku"), name="product_code"))]
