from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "guanxi.performance"
    label = "performance"
