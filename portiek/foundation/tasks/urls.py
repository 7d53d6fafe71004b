"""The addresses of tasks."""

from django.urls import path

from portiek.foundation.tasks import views

app_name = "tasks"
urlpatterns = [path("", views.list_tasks, name="list")]
