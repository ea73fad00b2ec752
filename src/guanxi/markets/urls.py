"""Addresses of this domain."""

from django.urls import path

from guanxi.markets.views import lists, standings

urlpatterns = [
    # Standings of products
    path("products/standing/", lists.standings, name="standings"),
    path("products/standing/enter/", lists.judge_list, name="standings-entry"),
    path("customers/<int:pk>/products/", standings.panel, name="customer-products"),
    path("customers/<int:pk>/products/<int:product>/", standings.standing, name="standing"),
    path("customers/<int:pk>/products/<int:product>/visit/", standings.visit, name="product-visit"),
]
