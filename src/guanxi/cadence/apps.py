from django.apps import AppConfig


class CadenceConfig(AppConfig):
    name = "guanxi.cadence"
    label = "cadence"
