import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_two_cards_one_customer"),
        ("prospecting", "0003_referrals"),
    ]

    operations = [
        migrations.AddField("referrallead", "claim", models.ForeignKey(
            blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
            to="customers.collision", verbose_name="Claim")),
        migrations.AddField(
            "referrallead", "company", models.CharField(blank=True, max_length=80, verbose_name="Organisation")),
    ]  # fmt: skip
