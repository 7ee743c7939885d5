from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        # Importing them registers checks and SQLite's functions, once the apps are loaded.
        from tracker import checks, sqlite  # noqa: F401
