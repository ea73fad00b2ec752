"""Every address of the application, by domain."""

from django.urls import include, path

from guanxi.api.mount import mounted

urlpatterns = [
    path("api/", mounted()),
    path("", include("guanxi.workspace.urls")),
    path("", include("guanxi.organization.urls")),
    path("", include("guanxi.catalogue.urls")),
    path("", include("guanxi.customers.urls")),
    path("", include("guanxi.cadence.urls")),
    path("", include("guanxi.deals.urls")),
    path("", include("guanxi.pipeline.urls")),
    path("", include("guanxi.key_accounts.urls")),
    path("", include("guanxi.markets.urls")),
    path("", include("guanxi.prospecting.urls")),
    path("", include("guanxi.performance.urls")),
    path("", include("guanxi.insights.urls")),
    path("", include("guanxi.imports.urls")),
    path("", include("guanxi.merging.urls")),
]
