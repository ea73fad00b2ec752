"""Addresses of this domain."""

from django.urls import path

from guanxi.insights.views import chances

urlpatterns = [
    path("insights/chances/", chances.chances, name="chances"),
    path("customers/<int:pk>/chance/", chances.customer_chance, name="customer-chance"),
    path("opportunities/<int:pk>/chance/", chances.opportunity_chance, name="opportunity-chance"),
]
