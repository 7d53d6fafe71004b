"""Addresses of the connections with the ERP."""

from django.urls import path, re_path

from portiek.edges.connectors import views
from portiek.edges.connectors.files import views as file_views

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
    path("<int:number>/files/", file_views.files, name="files"),
    path("<int:number>/files/look/", file_views.files_look, name="files-look"),
    path("<int:number>/files/key/", file_views.files_key, name="files-key"),
    path("<int:number>/files/bring/", file_views.files_bring, name="files-bring"),
    re_path(r"^(?P<number>[0-9]{1,18})/files/kinds/(?P<layout>[a-z0-9_.]{1,30})/$", file_views.files_map, name="files-map"),
    path("<int:number>/files/<int:key>/", file_views.files_file, name="files-file"),
    path("<int:number>/files/<int:key>/rows/<int:row>/", file_views.files_row, name="files-row"),
    re_path(r"^(?P<number>[0-9]{1,18})/files/(?P<key>[0-9]{1,18})/(?P<what>confirm|drop|retry)/$", file_views.files_do, name="files-do"),
    path("commands/", views.commands, name="commands"),
    path("commands/<int:number>/", views.command, name="command"),
    path("commands/<int:number>/retry/", views.retry, name="retry"),
    path("commands/<int:number>/cancel/", views.cancel, name="cancel"),
    path("quarantine/", views.quarantine, name="quarantine"),
    path("quarantine/<int:number>/", views.quarantined, name="quarantined"),
    re_path(r"^quarantine/(?P<number>[0-9]{1,18})/(?P<what>retry|dismiss)/$", views.release, name="release"),
]
