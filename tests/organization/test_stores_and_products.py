"""Stores, teams and products: names are taken once, another store's product is absent, stale edits are refused."""

from collections.abc import Callable
from decimal import Decimal

from django.test import Client
from tests.cast import Cast

from guanxi.catalogue.models import Product
from guanxi.organization.models import AuditEntry, Store, Team, User


def test_stores_and_teams(cast: Cast, client_for: Callable[[User], Client]) -> None:
    admin = client_for(cast.admin)
    new = {"name": "城南店", "pack": "auto", "timezone": "Asia/Shanghai"}
    assert admin.post("/settings/stores/new/", new).status_code == 303
    assert admin.post("/settings/stores/new/", new).status_code == 422
    store = Store.objects.get(name="城南店")
    admin.post(f"/settings/stores/{store.pk}/teams/new/", {"name": "一组"})
    team = Team.objects.get(store=store)
    admin.post(f"/settings/teams/{team.pk}/", {"name": "精英组", "version": 1})
    assert Team.objects.get(pk=team.pk).name == "精英组"
    assert admin.post(f"/settings/teams/{cast.team_a.pk}/", {"name": "二组", "version": 1}).status_code == 422
    assert AuditEntry.objects.get(action="team_changed").changes == {"name": ["一组", "精英组"]}


def test_a_stale_store_keeps_what_was_typed(cast: Cast, client_for: Callable[[User], Client]) -> None:
    admin, url = client_for(cast.admin), f"/settings/stores/{cast.store.pk}/"
    typed = {"name": "东店", "timezone": "Asia/Shanghai", "version": 1}
    assert admin.post(url, typed | {"name": "城东旗舰店"}).status_code == 303
    response = admin.post(url, typed)
    text = response.content.decode()
    assert response.status_code == 409 and 'value="东店"' in text and "城东旗舰店" in text
    assert Store.objects.get(pk=cast.store.pk).name == "城东旗舰店"


def test_products(cast: Cast, client_for: Callable[[User], Client]) -> None:
    manager = client_for(cast.ma)
    new = {"name": "CR-V", "list_price": "219800.50", "is_active": "on"}
    manager.post("/settings/products/new/", new)
    assert manager.post("/settings/products/new/", new).status_code == 422
    product = Product.objects.get()
    assert product.list_price == Decimal("219800.50")
    manager.post(f"/settings/products/{product.pk}/", {"name": "CR-V", "list_price": "", "version": 1})
    product = Product.objects.get()
    assert product.list_price is None and not product.is_active
    assert client_for(cast.gao).get(f"/settings/products/{product.pk}/").status_code == 404
    assert manager.post("/settings/products/new/", {"name": "X", "list_price": "-1"}).status_code == 422


def test_a_stale_team_or_product_keeps_what_was_typed(
    cast: Cast, client_for: Callable[[User], Client]
) -> None:
    product = Product.objects.create(store=cast.store, name="CR-V")
    admin = client_for(cast.admin)
    for row, url in (
        (cast.team_a, f"/settings/teams/{cast.team_a.pk}/"),
        (product, f"/settings/products/{product.pk}/"),
    ):
        assert 'name="version" value="1"' in admin.get(url).content.decode()
        assert admin.post(url, {"name": "先写的", "version": 1}).status_code == 303
        response = admin.post(url, {"name": "后写的", "version": 1})
        text = response.content.decode()
        assert response.status_code == 409 and 'value="后写的"' in text and "先写的" in text
        row.refresh_from_db()
        assert (row.name, row.version) == ("先写的", 2)
        assert 'name="version" value="2"' in text
