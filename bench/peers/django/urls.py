"""The routes."""

from django.urls import path

from peer.views import ContactsView, readyz

urlpatterns = [
    path("readyz", readyz),
    path("v1/authorities/<str:authority>/contacts", ContactsView.as_view()),
]
