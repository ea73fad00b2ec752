from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "guanxi.pipeline"
    label = "pipeline"
