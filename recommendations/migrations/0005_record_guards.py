"""The guards of the record: what was written is neither changed nor removed, by any door."""

from django.db import migrations

GUARDED = "The record is never changed: this event stands as it was written."

EVENT, PAYLOAD = "recommendations_event", "recommendations_eventpayload"

# REPLACE deletes without asking the triggers of DELETE, so an id that is there is refused before.
SQLITE = f"""
CREATE TRIGGER event_no_update BEFORE UPDATE ON {EVENT} BEGIN SELECT RAISE(ABORT, '{GUARDED}'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON {EVENT} BEGIN SELECT RAISE(ABORT, '{GUARDED}'); END;
CREATE TRIGGER event_no_replace BEFORE INSERT ON {EVENT}
WHEN EXISTS (SELECT 1 FROM {EVENT} WHERE sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, '{GUARDED}'); END;
CREATE TRIGGER payload_no_update BEFORE UPDATE ON {PAYLOAD}
WHEN NOT (NEW.event_id = OLD.event_id AND OLD.text IS NOT NULL AND NEW.text IS NULL)
BEGIN SELECT RAISE(ABORT, '{GUARDED}'); END;
CREATE TRIGGER payload_no_delete BEFORE DELETE ON {PAYLOAD} BEGIN SELECT RAISE(ABORT, '{GUARDED}'); END;
CREATE TRIGGER payload_no_replace BEFORE INSERT ON {PAYLOAD}
WHEN EXISTS (SELECT 1 FROM {PAYLOAD} WHERE event_id = NEW.event_id)
BEGIN SELECT RAISE(ABORT, '{GUARDED}'); END
"""
POSTGRESQL = f"""
CREATE FUNCTION record_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{GUARDED}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE FUNCTION payload_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.event_id = OLD.event_id AND OLD.text IS NOT NULL AND NEW.text IS NULL THEN RETURN NEW; END IF;
  RAISE EXCEPTION '{GUARDED}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER event_no_update BEFORE UPDATE OR DELETE ON {EVENT}
FOR EACH ROW EXECUTE FUNCTION record_guard();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON {EVENT}
FOR EACH STATEMENT EXECUTE FUNCTION record_guard();
CREATE TRIGGER payload_no_update BEFORE UPDATE ON {PAYLOAD} FOR EACH ROW EXECUTE FUNCTION payload_guard();
CREATE TRIGGER payload_no_delete BEFORE DELETE ON {PAYLOAD} FOR EACH ROW EXECUTE FUNCTION record_guard();
CREATE TRIGGER payload_no_truncate BEFORE TRUNCATE ON {PAYLOAD}
FOR EACH STATEMENT EXECUTE FUNCTION record_guard()
"""
TRIGGERS = {
    EVENT: ["event_no_update", "event_no_delete", "event_no_replace", "event_no_truncate"],
    PAYLOAD: ["payload_no_update", "payload_no_delete", "payload_no_replace", "payload_no_truncate"],
}


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        return
    for statement in SQLITE.strip().split("END;\n"):
        schema_editor.execute(statement if statement.endswith("END") else statement + "END")


def unguard(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table, names in TRIGGERS.items():
        for name in names:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        schema_editor.execute("DROP FUNCTION record_guard(); DROP FUNCTION payload_guard()")


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0004_record")]

    operations = [migrations.RunPython(guard, unguard)]
