"""Orders delivered before the ledger stand in it too, on the day of their delivery."""

from django.db import migrations


def write(apps, schema_editor):
    Order, Deal = apps.get_model("deals", "Order"), apps.get_model("deals", "Deal")
    known = set(Deal.objects.values_list("source", flat=True))
    rows = Order.objects.filter(state="DELIVERED", delivered_on__isnull=False).order_by("pk")
    Deal.objects.bulk_create(
        [
            Deal(
                customer_id=order.customer_id,
                store_id=order.store_id,
                seller_id=order.consultant_id,
                on=order.delivered_on,
                product_id=order.product_id,
                quantity=1,
                amount=order.amount,
                number=order.order_no,
                source=f"order {order.pk}",
                recorded_at=order.created_at,
            )
            for order in rows.iterator()
            if f"order {order.pk}" not in known
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("deals", "0002_deals")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
