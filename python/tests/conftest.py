"""What the tests share: a pipeline file, articles of our own, the repository where the tests lie in one."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

# The article stages of the shipped pipeline.
PIPELINE = """
version = 1
[run]
corrections = "none.jsonl"
{run}
[[source]]
use = "files"
paths = {paths}
[[stage]]
use = "normalize"
[[stage]]
use = "entity-tag"
[[stage]]
use = "quote-extract"
[[stage]]
use = "summarize"
{more}
[[sink]]
use = "jsonl"
[[sink]]
use = "parquet"
"""


@pytest.fixture
def pipeline(tmp_path):
    """Writes a pipeline file with these lines in `[run]`, and these behind its stages; its path."""

    def write(run="", more="", paths="[]", name="pipeline.toml"):
        path = tmp_path / name
        path.write_text(PIPELINE.format(run=run, more=more, paths=paths))
        return path

    return write


@pytest.fixture
def command():
    """Runs the command; what it did."""

    def run(*arguments, **options):
        words = [sys.executable, "-m", "copydesk", *map(str, arguments)]
        return subprocess.run(words, capture_output=True, text=True, **options)

    return run


@pytest.fixture
def drop():
    """The sample drop of the repository."""
    folder = REPOSITORY / "examples" / "drop"
    if not folder.is_dir():
        pytest.skip("needs the repository around it")
    return folder


@pytest.fixture
def shared():
    """The shared data, where the checkout has it beside it."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the shared data")
    return folder
