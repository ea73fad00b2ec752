from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "guanxi.imports"
    label = "imports"
