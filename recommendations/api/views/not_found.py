"""The view of unknown addresses."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import is_valid_path
from django.views.decorators.csrf import csrf_exempt

from recommendations.api.errors import no_such_address


@csrf_exempt
def absent(request: HttpRequest) -> HttpResponse:
    """Answer 404. Redirect a read without the last slash; a redirected write would lose its body."""
    address = f"{request.path_info}/"
    if request.path_info.endswith("/") or not is_valid_path(address):
        return no_such_address(request)
    if request.method in ("GET", "HEAD"):
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return no_such_address(request, instead=address)
