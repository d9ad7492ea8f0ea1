"""The guards by which the database itself refuses to alter the past, in each dialect.

Migration `0001` lays them down as they stand here. A later migration that
replaces one keeps the former text in itself.
"""

from typing import Final, NamedTuple

from habilis_server.journal.changes import FIRST_HASH

__all__ = ["POSTGRESQL_GUARDS", "SQLITE_GUARDS", "PostgresqlGuard"]

SQLITE_GUARDS: Final = {
    "change_is_never_altered": """
        BEFORE UPDATE ON change BEGIN
            SELECT RAISE(ABORT, 'a recorded change is never altered');
        END""",
    "change_is_never_removed": """
        BEFORE DELETE ON change BEGIN
            SELECT RAISE(ABORT, 'a recorded change is never removed');
        END""",
    # INSERT OR REPLACE removes rows without asking the guard above: so a row
    # that stands in the way is looked for here.
    "change_follows_the_last": f"""
        BEFORE INSERT ON change BEGIN
            SELECT RAISE(ABORT, 'a change takes the revision after the last')
            WHERE NEW.revision <> 1 + max(
                coalesce((SELECT max(revision) FROM change), 0),
                coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'change'), 0));
            SELECT RAISE(ABORT, 'a change bears the hash of the last')
            WHERE NEW.previous_hash <> coalesce(
                (SELECT hash FROM change ORDER BY revision DESC LIMIT 1), '{FIRST_HASH}');
            SELECT RAISE(ABORT, 'a request is recorded once')
            WHERE EXISTS (SELECT 1 FROM change
                WHERE request_id = NEW.request_id AND ordinal = NEW.ordinal);
        END""",  # noqa: S608  # it is made of constants alone
    "request_is_never_altered": """
        BEFORE UPDATE ON request BEGIN
            SELECT RAISE(ABORT, 'a recorded request is never altered');
        END""",
    "request_is_never_removed": """
        BEFORE DELETE ON request BEGIN
            SELECT RAISE(ABORT, 'a recorded request is never removed');
        END""",
    "request_follows_its_changes": """
        BEFORE INSERT ON request BEGIN
            SELECT RAISE(ABORT, 'a request is recorded once')
            WHERE EXISTS (SELECT 1 FROM request WHERE request_id = NEW.request_id);
            SELECT RAISE(ABORT, 'a request ends with the last change')
            WHERE NEW.revision <> coalesce((SELECT max(revision) FROM change), 0);
            SELECT RAISE(ABORT, 'a request begins after the last one')
            WHERE 1 + coalesce((SELECT max(revision) FROM request), 0) <> coalesce(
                (SELECT revision FROM change
                    WHERE request_id = NEW.request_id AND ordinal = 0), 0);
        END""",
}
"""Trigger to what it does."""


class PostgresqlGuard(NamedTuple):
    """A trigger and the function of the same name that it calls."""

    when: str
    body: str


def _refusing(message: str) -> str:
    return f"""
BEGIN
    RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
END
"""


POSTGRESQL_GUARDS: Final = {
    "change_is_never_altered": PostgresqlGuard(
        "BEFORE UPDATE ON change FOR EACH ROW", _refusing("a recorded change is never altered")
    ),
    "change_is_never_removed": PostgresqlGuard(
        "BEFORE DELETE ON change FOR EACH ROW", _refusing("a recorded change is never removed")
    ),
    "change_is_never_emptied": PostgresqlGuard(
        "BEFORE TRUNCATE ON change FOR EACH STATEMENT",
        _refusing("a recorded change is never removed"),
    ),
    "change_follows_the_last": PostgresqlGuard(
        "BEFORE INSERT ON change FOR EACH ROW",
        f"""
DECLARE
    last record;
BEGIN
    SELECT revision, hash INTO last FROM change ORDER BY revision DESC LIMIT 1;
    IF NEW.revision <> 1 + coalesce(last.revision, 0) THEN
        RAISE EXCEPTION 'a change takes the revision after the last'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.previous_hash <> coalesce(last.hash, '{FIRST_HASH}') THEN
        RAISE EXCEPTION 'a change bears the hash of the last'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
""",  # noqa: S608  # it is made of constants alone
    ),
    "request_is_never_altered": PostgresqlGuard(
        "BEFORE UPDATE ON request FOR EACH ROW", _refusing("a recorded request is never altered")
    ),
    "request_is_never_removed": PostgresqlGuard(
        "BEFORE DELETE ON request FOR EACH ROW", _refusing("a recorded request is never removed")
    ),
    "request_is_never_emptied": PostgresqlGuard(
        "BEFORE TRUNCATE ON request FOR EACH STATEMENT",
        _refusing("a recorded request is never removed"),
    ),
    "request_follows_its_changes": PostgresqlGuard(
        "BEFORE INSERT ON request FOR EACH ROW",
        """
BEGIN
    IF NEW.revision <> coalesce((SELECT max(revision) FROM change), 0) THEN
        RAISE EXCEPTION 'a request ends with the last change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF 1 + coalesce((SELECT max(revision) FROM request), 0) <> coalesce(
        (SELECT revision FROM change WHERE request_id = NEW.request_id AND ordinal = 0), 0)
    THEN
        RAISE EXCEPTION 'a request begins after the last one'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
""",
    ),
}
