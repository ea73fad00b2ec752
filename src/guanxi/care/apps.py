from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "guanxi.care"
    label = "care"
