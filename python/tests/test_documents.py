"""What the documents say: the examples run, and the stubs name what there is."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import copydesk
from copydesk import _native

HERE = Path(__file__).parents[1]
PAGE = HERE.parent / "docs" / "python.md"


def blocks(path):
    return re.findall(r"```python\n(.*?)```", path.read_text(), re.DOTALL)


@pytest.fixture
def folder(tmp_path, command):
    """Where a reader would try them: a pipeline file and some articles, as a table and as files."""
    assert command("init", cwd=tmp_path).returncode == 0
    text = '"The bridge is safe," said Mayor Ada Ek of Ostra on Monday.'
    (tmp_path / "articles").mkdir()
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return tmp_path
    for number in range(3):
        table = pa.table({"url": [f"https://ostra.example/{number}"], "body": [text], "text": [text]})
        pq.write_table(table, tmp_path / "articles" / f"{number}.parquet")
    return tmp_path


def run(code, folder):
    words = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(words, capture_output=True, text=True, cwd=folder, timeout=300)


def test_the_example_of_the_readme_runs(folder):
    [example] = blocks(HERE / "README.md")
    done = run(example, folder)
    assert (done.stdout, done.returncode) == ("Ada Ek\n", 0), done.stderr


@pytest.mark.skipif(not PAGE.exists(), reason="needs the repository around it")
@pytest.mark.parametrize("number", range(len(blocks(PAGE)) if PAGE.exists() else 0))
def test_the_recipes_run(folder, number):
    code = blocks(PAGE)[number]
    for name in re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE):
        pytest.importorskip(name)
    if "pyspark" in code:
        pytest.skip("test_spark runs Spark")
    done = run(code, folder)
    assert done.returncode == 0, done.stderr
    assert "Ada Ek" in done.stdout


def test_the_stubs_name_what_there_is():
    stubs = ast.parse((HERE / "copydesk" / "_native.pyi").read_text())
    named = {node.name for node in stubs.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    there = {name for name in vars(_native) if not name.startswith("_")}
    assert named == there
    [stub] = [node for node in stubs.body if isinstance(node, ast.ClassDef) and node.name == "Pipeline"]
    methods = {node.name for node in stub.body if isinstance(node, ast.FunctionDef)} - {"__new__"}
    assert methods == {name for name in vars(_native.Pipeline) if not name.startswith("_")}


def test_everything_public_is_documented():
    for name in copydesk.__all__:
        assert name == "__version__" or getattr(copydesk, name).__doc__, name
