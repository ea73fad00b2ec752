from django.urls import path

from guanxi.workspace.administration import audit, calendar, departures, hub, playbook

urlpatterns = [
    path("settings/", hub.settings, name="settings"),
    path("settings/users/<int:pk>/deactivation/", departures.deactivation, name="user-deactivation"),
    path("settings/playbook/", playbook.playbook, name="playbook"),
    path("settings/playbook/lists/", playbook.lists, name="playbook-lists"),
    path("settings/playbook/<str:key>/", playbook.setting, name="playbook-setting"),
    path("settings/calendar/", calendar.calendar, name="calendar"),
    path("settings/calendar/<int:year>/<int:month>/<int:day>/", calendar.day, name="calendar-day"),
    path("audit/", audit.audit, name="audit"),
]
