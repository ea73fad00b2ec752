from django.urls import path

from guanxi.organization.views import passwords, set_up_links, setup, sign_in, stores, tokens, users

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("language/", sign_in.language, name="language"),
    path("password/", passwords.password, name="password"),
    path("setup/", setup.setup, name="setup"),
    path("setup/<str:token>/", set_up_links.set_up_link, name="set-up-link"),
    path("settings/users/", users.users, name="users"),
    path("settings/users/new/", users.new_user, name="user-new"),
    path("settings/users/<int:pk>/", users.user, name="user"),
    path("settings/users/<int:pk>/password/", users.user_password, name="user-password"),
    path("settings/users/<int:pk>/reactivation/", users.user_reactivation, name="user-reactivation"),
    path("settings/users/<int:pk>/unlocking/", users.user_unlocking, name="user-unlocking"),
    path("settings/stores/", stores.stores, name="stores"),
    path("settings/stores/new/", stores.new_store, name="store-new"),
    path("settings/stores/<int:pk>/", stores.store, name="store"),
    path("settings/stores/<int:pk>/teams/new/", stores.new_team, name="team-new"),
    path("settings/teams/<int:pk>/", stores.team, name="team"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revocation/", tokens.token_revocation, name="token-revocation"),
]
