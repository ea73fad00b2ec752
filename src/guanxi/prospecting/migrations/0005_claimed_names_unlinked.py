from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def unlink_claimed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Names were linked to a colleague's card as soon as they were claimed; the night settles what was decided since."""
    Collision = apps.get_model("customers", "Collision")
    leads = apps.get_model("prospecting", "ReferralLead").objects.filter(customer__isnull=False)
    for lead in leads.select_related("recommender", "customer"):
        holder = lead.recommender.owner_id if lead.recommender_id else lead.consultant_id
        if lead.customer.owner_id in (holder, lead.consultant_id):
            continue
        claims = Collision.objects.filter(
            customer=lead.customer, claimant__in={holder, lead.consultant_id} - {None}
        )
        if claim := claims.exclude(state="MOVED").order_by("-pk").first():
            lead.claim, lead.customer = claim, None
            lead.save(update_fields=["claim", "customer"])


class Migration(migrations.Migration):
    dependencies = [("prospecting", "0004_names_that_wait")]

    operations = [migrations.RunPython(unlink_claimed, migrations.RunPython.noop)]
