import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def number_stores(apps, schema_editor):
    """In the order in which they were opened: 01, 02, …"""
    store = apps.get_model("organization", "Store")
    for number, row in enumerate(store.objects.order_by("pk"), start=1):
        store.objects.filter(pk=row.pk).update(code=f"{number:02d}")


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0003_temporary_passwords"),
    ]

    operations = [
        migrations.AddField(
            model_name="store",
            name="code",
            field=models.CharField(default="", max_length=8, verbose_name="Store number"),
            preserve_default=False,
        ),
        migrations.RunPython(number_stores, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="store",
            name="code",
            field=models.CharField(max_length=8, unique=True, verbose_name="Store number"),
        ),
        migrations.CreateModel(
            name="SetUpLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="set_up_link",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
