"""The addresses of notifications."""

from django.urls import path

from portiek.foundation.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.list_notifications, name="list"),
    path("read/", views.read_all, name="read"),
    path("<int:notification_id>/open/", views.open_notification, name="open"),
    path("choices/", views.choices, name="choices"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/end/", views.end_calendar, name="calendar-end"),
    path("calendar/<str:token>/deadlines.ics", views.feed, name="feed"),
    path("address/try/", views.try_address, name="try-address"),
    path("standards/", views.standards, name="standards"),
    path("off/<str:token>/", views.off, name="off"),
    path("mails/", views.list_mails, name="mails"),
    path("mails/<int:mail_id>/retry/", views.retry_mail, name="retry"),
]
