from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "guanxi.organization"
    label = "organization"
