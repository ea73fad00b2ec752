from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_sorted_by_sound")]

    operations = [
        migrations.AddField(
            model_name="owneditem",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="contact",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
    ]
