"""What a PostgreSQL server is asked besides its tables: how it is set, and what its own check finds."""

from typing import Any

_FACTS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "data_checksums")
# The check is an extension of the server's own (amcheck), which an administrator of the server installs and permits.
_CAN_CHECK = (
    "SELECT COALESCE(has_function_privilege(to_regprocedure('bt_index_check(regclass,boolean)'), 'EXECUTE'), false)"
)
_OURS = "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = "
_CORRUPTED = {"XX001", "XX002"}


def facts(driver: Any) -> dict[str, str]:
    """Return how the server is set, and whether it can check its pages (`amcheck`: on or off)."""
    shown = {name: str(driver.execute(f"SHOW {name}").fetchone()[0]) for name in _FACTS}
    return shown | {"amcheck": "on" if can_check(driver) else "off"}


def can_check(driver: Any) -> bool:
    """Say whether the server's own check of tables and indexes can be used."""
    return bool(driver.execute(_CAN_CHECK).fetchone()[0])


def damage(driver: Any) -> str | None:
    """Return the first thing that the server's own check finds wrong; None when there is none, or no check."""
    if not can_check(driver):
        return None
    driver.execute("SET statement_timeout = 0")  # a large office takes its time
    try:
        for (table,) in driver.execute(_OURS + "'r'").fetchall():
            found = driver.execute("SELECT msg FROM verify_heapam(%s::regclass) LIMIT 1", (table,)).fetchone()
            if found is not None:
                return f"{table}: {found[0]}"
        for (index,) in driver.execute(_OURS + "'i'").fetchall():
            driver.execute("SELECT bt_index_check(%s::regclass, true)", (index,))
    except Exception as error:
        if getattr(error, "sqlstate", None) in _CORRUPTED:
            return str(error).splitlines()[0]
        raise
    finally:
        driver.execute("RESET statement_timeout")
    return None
