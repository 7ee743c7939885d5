from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class RecommendationsConfig(AppConfig):
    name = "recommendations"
    verbose_name = "All records"


class TrackerAdminConfig(AdminConfig):
    default_site = "recommendations.admin.site.TrackerAdmin"

    def ready(self) -> None:
        super().ready()
        # Importing a screen registers it with the site, which exists only now.
        from recommendations.admin import registry  # noqa: F401
