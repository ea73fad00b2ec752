from django.urls import include, path

from guanxi.workspace import customer_list, customer_page, record, reminders, search, styleguide, today
from guanxi.workspace.forms import ledger, period_views, segments
from guanxi.workspace.forms import views as forms

urlpatterns = [
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("", today.home, name="home"),
    path("today/", today.today, name="today"),
    path("today/further/", today.further, name="today-further"),
    path("today/reminders/", reminders.reminded, name="today-reminders"),
    path("welcome/", today.no_place, name="no-place"),
    path("", include("guanxi.workspace.administration.urls")),
    path("search/", search.search, name="search"),
    path("forms/", period_views.forms, name="forms"),
    path("forms/<str:code>.<str:format>", period_views.print_period_form, name="period-form"),
    path("orders/ledger.<str:format>", ledger.ledger_file, name="ledger-file"),
    path("segments/F-SEG-1.<str:format>", segments.print_segments, name="segment-form"),
    path("record/", record.choose_customer, name="record"),
    path("customers/", customer_list.customers, name="customers"),
    path("customers/<int:pk>/", customer_page.customer, name="customer"),
    path("customers/<int:pk>/history/", customer_page.history, name="customer-history"),
    path("customers/<int:pk>/days/<str:day>/", customer_page.customer_day, name="customer-day"),
    path("customers/<int:pk>/forms/<str:code>.<str:format>", forms.print_form, name="customer-form"),
]
