from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0004_store_code_and_set_up_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
    ]
