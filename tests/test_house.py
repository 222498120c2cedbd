"""The house keeps its own rules: words, imports, docstrings, tables."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from sqlalchemy import Engine, create_engine, inspect

import queueapp
from queueapp.database import Database
from queueapp.models import metadata

ROOT = Path(queueapp.__file__).parent
MODULES = sorted(path for path in ROOT.rglob("*.py"))
PLACEHOLDER = re.compile(r"{[^{}]*}")
TRANSACTION = re.compile(r"\.(commit|rollback|begin)\(|[\"'](COMMIT|ROLLBACK|BEGIN(?! SELECT)|SAVEPOINT)\b")
TIME = re.compile(r"\b(now|utcnow|date\.today|datetime\.today|time_ns|time\.time)\(")


def singular(message: Any) -> str:
    return message if isinstance(message, str) else str(next(iter(message)))


def messages() -> set[str]:
    keywords: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2), "in_both": None}
    return {singular(each[2]) for each in extract_from_dir(str(ROOT), keywords=keywords)}


def forms(message: Any) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def catalogue() -> Any:
    with (ROOT / "locale/vi/LC_MESSAGES/queueapp.po").open("rb") as file:
        return read_po(file)


def translations() -> dict[tuple[str, ...], tuple[str, ...]]:
    return {forms(message.id): forms(message.string) for message in catalogue() if message.id}


def loaded_by(words: str) -> set[str]:
    code = f"import sys\n{words}\nprint('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_every_word_on_the_screen_is_in_the_catalogue_and_no_other() -> None:
    assert messages() == {sources[0] for sources in translations()}
    assert list(catalogue().obsolete) == []


def test_no_translation_is_empty_and_each_keeps_its_placeholders() -> None:
    for sources, targets in translations().items():
        assert all(targets), sources
        for text in (*sources, *targets):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(sources[-1])), text


def test_no_translation_is_a_guess_that_would_be_left_out() -> None:
    assert [message.id for message in catalogue() if message.id and message.fuzzy] == []


def test_no_message_hides_in_an_f_string_where_the_tools_do_not_see_it() -> None:
    hidden = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.JoinedStr):
                continue
            for call in ast.walk(node):
                is_word = isinstance(call, ast.Call) and getattr(call.func, "id", "") in {
                    "_",
                    "N_",
                    "ngettext",
                    "in_both",
                }
                if is_word and isinstance(call.args[0], ast.Constant):  # type: ignore[attr-defined]
                    hidden.append(f"{path.name}:{node.lineno}")
    assert hidden == []


def test_every_module_opens_with_one_sentence_that_says_what_it_is_for() -> None:
    for path in MODULES:
        sentence = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert sentence, path
        assert sentence.splitlines()[0].endswith((".", ":")), path


def test_a_package_holds_a_docstring_and_nothing_else() -> None:
    for path in ROOT.rglob("__init__.py"):
        assert len(ast.parse(path.read_text(encoding="utf-8")).body) == 1, path


def test_the_doors_never_commit_and_never_ask_for_the_time() -> None:
    for folder in ("operations", "queries"):
        for path in (ROOT / folder).glob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not TRANSACTION.search(text), path
            assert not TIME.search(text), path


def test_transactions_begin_and_end_on_the_data_floor_alone() -> None:
    devices = {"paper", "voice"}  # which know no database, and begin other things
    found = [path for path in MODULES if path.parent.name not in devices]
    owners = {str(path.relative_to(ROOT)) for path in found if TRANSACTION.search(path.read_text(encoding="utf-8"))}
    assert owners == {"database.py", "schema.py"}


def test_the_doors_do_not_bring_in_textual() -> None:
    doors = [
        f"queueapp.{path.parent.name}.{path.stem}" for path in MODULES if path.parent.name in {"operations", "queries"}
    ]
    names = "\n".join(f"import {door}" for door in doors if not door.endswith("__init__"))
    assert "textual" not in loaded_by(names)


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["call", "--help"]])
def test_help_and_version_bring_in_nothing_heavy(words: list[str]) -> None:
    code = f"from queueapp.__main__ import main\ntry: main({words!r})\nexcept SystemExit: pass"
    assert loaded_by(code) & {"sqlmodel", "sqlalchemy", "alembic", "textual", "pydantic"} == set()


def test_the_first_frame_needs_no_sqlmodel() -> None:
    assert loaded_by("import queueapp.app") & {"sqlmodel", "sqlalchemy", "alembic", "pydantic"} == set()


def test_the_migrations_make_the_tables_of_the_models(address: str) -> None:
    database = Database(address)
    database.revision()
    database.close()
    engine = create_engine(database.url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def condition(options: dict[str, Any]) -> str:
    return " ".join(str(value) for name, value in sorted(options.items()) if name.endswith("_where"))


def guards(engine: Engine) -> dict[str, list[str]]:
    """Return what each table refuses: its checks and its indexes, as the database itself tells them."""
    told, tables = inspect(engine), {}
    for table in metadata.tables:
        checks = [f"{each['name']}: {each['sqltext']}" for each in told.get_check_constraints(table)]
        indexes = [
            f"{each['name']}: {each['unique']} {each['column_names']} {condition(each.get('dialect_options', {}))}"
            for each in told.get_indexes(table)
        ]
        tables[table] = sorted(checks + indexes)
    return tables


def test_the_migrations_make_the_checks_and_indexes_of_the_models(address: str) -> None:
    database = Database(address)
    database.revision()
    database.close()
    engine = create_engine(database.url)
    migrated = guards(engine)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    modelled = guards(engine)
    engine.dispose()
    assert migrated == modelled
    assert any("ck_ticket" in guard for guard in modelled["ticket"])
