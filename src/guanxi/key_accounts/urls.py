from django.urls import path

from guanxi.key_accounts.views import account_plans, charts, maps, people, plans, relations

ACCOUNT = "key-accounts/<int:pk>/"
PERSON = f"{ACCOUNT}people/<int:person>/"

urlpatterns = [
    path("key-accounts/", maps.accounts, name="key-accounts"),
    path("key-accounts/screening/", account_plans.screening, name="account-screening"),
    path(ACCOUNT, maps.key_account, name="key-account"),
    path(f"{ACCOUNT}plan/", account_plans.account_plan, name="account-plan"),
    path(f"{ACCOUNT}plan/edit/", account_plans.plan_edit, name="account-plan-edit"),
    path(f"{ACCOUNT}review/", account_plans.account_review, name="account-review"),
    path(f"{ACCOUNT}team/", account_plans.member, name="account-member-new"),
    path(f"{ACCOUNT}team/<int:member>/", account_plans.member, name="account-member"),
    path(f"{ACCOUNT}team/<int:member>/removal/", account_plans.member_removal, name="account-member-removal"),
    path(f"{ACCOUNT}layout/", maps.layout, name="map-layout"),
    path(f"{ACCOUNT}layout/undo/", maps.layout_undo, name="map-layout-undo"),
    path(f"{ACCOUNT}people/new/", people.new_person, name="key-person-new"),
    path(f"{ACCOUNT}people/lines/", people.people_lines, name="key-person-lines"),
    path(PERSON, people.key_person, name="key-person"),
    path(f"{PERSON}marks/", people.person_marks, name="key-person-marks"),
    path(f"{PERSON}departure/", people.departure, name="key-person-departure"),
    path(f"{PERSON}marks/undo/", people.marks_undo, name="key-person-marks-undo"),
    path(f"{PERSON}removal/", people.person_removal, name="key-person-removal"),
    path(f"{PERSON}ties/", people.tie, name="tie-new"),
    path(f"{PERSON}ties/<int:tie>/", people.tie, name="tie"),
    path(f"{ACCOUNT}lines/", relations.line, name="map-line-new"),
    path(f"{ACCOUNT}lines/<int:line>/end/", relations.line_end, name="map-line-end"),
    path(f"{ACCOUNT}circles/", relations.circle, name="circle-new"),
    path(f"{ACCOUNT}circles/<int:circle>/", relations.circle, name="circle"),
    path(f"{ACCOUNT}circles/<int:circle>/removal/", relations.circle_removal, name="circle-removal"),
    path(f"{ACCOUNT}steps/", plans.new_step, name="map-step-new"),
    path(f"{ACCOUNT}steps/<int:step>/", plans.step, name="map-step"),
    path(f"{ACCOUNT}steps/<int:step>/done/", plans.step_done, name="map-step-done"),
    path(f"{ACCOUNT}steps/<int:step>/reopening/", plans.step_reopening, name="map-step-reopening"),
    path(f"{ACCOUNT}facts/", plans.info, name="info-new"),
    path(f"{ACCOUNT}facts/<int:item>/", plans.info, name="info"),
    path(f"{ACCOUNT}chart/", charts.chart, name="chart"),
    path(f"{ACCOUNT}chart/<int:chart>/", charts.chart_preview, name="chart-preview"),
    path(f"{ACCOUNT}chart/<int:chart>/entry/", charts.chart_entry, name="chart-entry"),
    path(f"{ACCOUNT}chart/<int:chart>/undo/", charts.chart_undo, name="chart-undo"),
]
