"""The account in whose name intake and set-up act: nobody can sign in to it."""

from django.db import migrations


def make(apps, schema_editor):
    User = apps.get_model("recommendations", "User")
    User.objects.using(schema_editor.connection.alias).get_or_create(
        username="system",
        # Django's mark of a password that no input can match.
        defaults={"is_active": False, "last_name": "The tracker itself", "password": "!" + "x" * 40},
    )


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
