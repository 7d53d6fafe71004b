"""The addresses of tasks."""

from django.urls import path

from portiek.foundation.tasks import views

app_name = "tasks"
urlpatterns = [
    path("", views.list_tasks, name="list"),
    path("ask/<key:number>/", views.ask, name="ask"),
    path("<int:key>/", views.detail, name="detail"),
    path("<int:key>/finish/", views.finish, name="finish"),
    path("<int:key>/talk/", views.talk, name="talk"),
    path("<int:key>/hand-over/", views.hand_over, name="hand-over"),
    path("<int:key>/remind/", views.remind, name="remind"),
    path("<int:key>/turns.csv", views.clock, name="turns"),
]
