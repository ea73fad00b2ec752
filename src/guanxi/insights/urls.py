"""Addresses of this domain."""

from django.urls import path

from guanxi.insights.views import calls, chances, comparisons, renewals, reviews, values

urlpatterns = [
    path("insights/value/", values.value, name="value"),
    path("insights/value/calls/", calls.value_calls, name="value-calls"),
    path("insights/value/calls/<int:pk>/return/", calls.value_calls_undo, name="value-calls-undo"),
    path("customers/<int:pk>/value/", values.customer_value, name="customer-value"),
    path("customers/<int:pk>/comparisons/", comparisons.comparison_new, name="comparison-new"),
    path("customers/<int:pk>/comparisons/<int:sheet>/", comparisons.comparison, name="comparison"),
    path("customers/<int:pk>/reviews/<int:year>/", reviews.review, name="customer-review"),
    path("insights/chances/", chances.chances, name="chances"),
    path("customers/<int:pk>/chance/", chances.customer_chance, name="customer-chance"),
    path("customers/<int:pk>/contracts/", renewals.customer_contracts, name="customer-contracts"),
    path("opportunities/<int:pk>/chance/", chances.opportunity_chance, name="opportunity-chance"),
]
