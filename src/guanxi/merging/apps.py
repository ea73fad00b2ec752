from django.apps import AppConfig


class MergingConfig(AppConfig):
    name = "guanxi.merging"
    label = "merging"
