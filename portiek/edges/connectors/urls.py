"""Addresses of the connections with the ERP."""

from django.urls import path, re_path

from portiek.edges.connectors import views

app_name = "connectors"
urlpatterns = [
    path("", views.monitor, name="monitor"),
    path("new/", views.choose, name="choose"),
    path("new/<slug:vendor>/", views.add, name="add"),
    path("<int:number>/", views.change, name="change"),
    path("<int:number>/check/", views.check, name="check"),
    path("<int:number>/pause/", views.pause, name="pause"),
    path("<int:number>/resume/", views.resume, name="resume"),
    re_path(r"^(?P<number>[0-9]{1,18})/feeds/(?P<entity>[a-z_]{1,20})/(?P<what>now|pause|resume)/$", views.feed, name="feed"),
    path("commands/", views.commands, name="commands"),
    path("commands/<int:number>/", views.command, name="command"),
    path("commands/<int:number>/retry/", views.retry, name="retry"),
    path("commands/<int:number>/cancel/", views.cancel, name="cancel"),
    path("quarantine/", views.quarantine, name="quarantine"),
    path("quarantine/<int:number>/", views.quarantined, name="quarantined"),
    re_path(r"^quarantine/(?P<number>[0-9]{1,18})/(?P<what>retry|dismiss)/$", views.release, name="release"),
]
