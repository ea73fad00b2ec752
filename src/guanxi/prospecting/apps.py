from django.apps import AppConfig


class ProspectingConfig(AppConfig):
    name = "guanxi.prospecting"
    label = "prospecting"
