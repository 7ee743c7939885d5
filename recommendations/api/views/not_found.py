"""Addresses that lead nowhere."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import is_valid_path
from django.views.decorators.csrf import csrf_exempt

from recommendations.api.errors import no_such_address


@csrf_exempt
def absent(request: HttpRequest) -> HttpResponse:
    """404; a reader who left out the last slash is sent on, a writer is told, as redirects lose the body."""
    address = f"{request.path_info}/"
    if request.path_info.endswith("/") or not is_valid_path(address):
        return no_such_address(request)
    if request.method in ("GET", "HEAD"):
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return no_such_address(request, instead=address)
