from django.apps import AppConfig


class KeyAccountsConfig(AppConfig):
    name = "guanxi.key_accounts"
    label = "key_accounts"
