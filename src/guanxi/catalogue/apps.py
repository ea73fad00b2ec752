from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "guanxi.catalogue"
    label = "catalogue"
