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
    path("devices/", views.devices, name="devices"),
    path("devices/renew/", views.renew_device, name="device-renew"),
    path("devices/<int:device_id>/remove/", views.remove_device, name="device-remove"),
    path("devices/<int:device_id>/try/", views.try_device, name="device-try"),
    path("pushes/", views.list_pushes, name="pushes"),
    path("address/try/", views.try_address, name="try-address"),
    path("standards/", views.standards, name="standards"),
    path("texts/", views.list_texts, name="texts"),
    path("texts/<slug:language>/<str:kind>/", views.change_text, name="text"),
    path("texts/<slug:language>/<str:kind>/preview/", views.preview_text, name="text-preview"),
    path("texts/<slug:language>/<str:kind>/try/", views.try_text, name="text-try"),
    path("texts/<slug:language>/<str:kind>/reset/", views.reset_text, name="text-reset"),
    path("off/<str:token>/", views.off, name="off"),
    path("mails/", views.list_mails, name="mails"),
    path("mails/<int:mail_id>/retry/", views.retry_mail, name="retry"),
]
