"""News articles into clean text, entities, attributed quotations and summaries.

`Pipeline(PATH)` reads a `pipeline.toml`; its `annotate` takes one article, its `run` a batch of Arrow. The records are
those of the command `copydesk`, which this package installs. `copydesk.ray` and `copydesk.spark` run a pipeline on
clusters.
"""

import sys as _sys

from . import _native
from ._native import ConfigError, RunError, __version__, schema
from ._pipeline import ArticleError, Counts, InputFile, LeftOutWarning, Pipeline
from ._record import Record

__all__ = [
    "ArticleError",
    "ConfigError",
    "Counts",
    "InputFile",
    "LeftOutWarning",
    "Pipeline",
    "Record",
    "RunError",
    "__version__",
    "schema",
]

# A plugin that must not end this process runs in one of its own, which is the command.
_native.started_by([_sys.executable, "-m", "copydesk"])
