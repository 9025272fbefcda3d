"""A pipeline file over articles that Python brings."""

from __future__ import annotations

import datetime
import functools
import itertools
import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from . import _native
from ._record import Record

if TYPE_CHECKING:
    import pyarrow

Article = str | Mapping[str, Any]

# Rows of a table that are worked on together: enough that the boundary costs nothing, little to hold.
_ROWS = 1000


class ArticleError(Exception):
    """An article that has no record.

    `kind` is the class of a dead letter (`malformed`, `too-large`, `stage`, `panic`, `timeout`, `crash`, `contract`, …),
    or `discarded` where a stage dropped it on purpose; `stage` is the stage that failed, if one did.
    """

    def __init__(self, kind: str, stage: str | None, message: str) -> None:
        super().__init__(kind, stage, message)
        self.kind = kind
        self.stage = stage
        self.message = message

    def __str__(self) -> str:
        stage = f"stage `{self.stage}`: " if self.stage else ""
        return f"{self.kind}: {stage}{self.message}"


class LeftOutWarning(UserWarning):
    """A stage of the file does not run here: it would have to see every article, in order."""


class InputFile(NamedTuple):
    """A file that holds articles, as a run finds it."""

    id: str
    """The id of its article, or what the ids of its articles begin with; no other file of a list has it."""
    path: str
    unreadable: str | None = None
    """Why it cannot even be opened, if so."""


class Counts(NamedTuple):
    """What became of the articles of a file; `read` is the sum of the three behind it."""

    read: int
    written: int
    discarded: int
    failed: int
    unchanged: int
    """Those that the file holds a second time, beside the others."""


class Pipeline:
    """A `pipeline.toml`, its plugins and models loaded and everything checked.

    Sources and sinks of the file are not opened, but for what they say of fields (`fields`, `preset`) and of records
    (`offsets`, `raw_offsets`, `omit`, …). Any number of threads may use one; it can be pickled, and is then read again
    from the same path.

    `workers` is the number of threads that work on a batch, in place of the file's `run.workers`; 0 is one per core.

    An ordered stage (`stories`, `dedupe`) sees every article in input order, which a batch cannot give it. It and what
    stands behind it do not run: with `ordered="leave-out"` a `LeftOutWarning` says so, with `ordered="refuse"` that is
    a `ConfigError`.

    Raises `ConfigError` with the text of `copydesk check` where the file is wrong.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        workers: int | None = None,
        ordered: Literal["leave-out", "refuse"] = "leave-out",
    ) -> None:
        if ordered not in ("leave-out", "refuse"):
            raise ValueError(f'`ordered` is "leave-out" or "refuse", not {ordered!r}')
        self._native = _native.Pipeline(os.fspath(path), workers)
        # Where this process goes later, the file stays.
        self._path = os.path.abspath(path)
        self._workers = workers
        if self.left_out:
            names = ", ".join(f"`{name}`" for name in self.left_out)
            message = (
                f"{os.fspath(path)}: {names}: an ordered stage sees every article in input order, "
                "which batches have not; "
            )
            if ordered == "refuse":
                raise _native.ConfigError(
                    f"{message}leave it out of the file, or run the stages before it with "
                    '`ordered="leave-out"`'
                )
            warnings.warn(
                f"{message}the stages before it run, and `copydesk run` runs all",
                LeftOutWarning,
                stacklevel=2,
            )

    @property
    def path(self) -> str:
        """The pipeline file, as an absolute path."""
        return self._path

    @property
    def stages(self) -> list[str]:
        """The names of the stages that run, in order."""
        return self._native.stages

    @property
    def left_out(self) -> list[str]:
        """The names of the stages that do not run here: the first ordered one and those behind it."""
        return self._native.left_out

    @property
    def key(self) -> str:
        """The configuration key, which changes whenever the records may."""
        return self._native.key

    def annotate(self, text: str | None = None, /, *, html: str | None = None, **metadata: Any) -> Record:
        """The record of one article, given as text or as HTML.

        `id`, `title`, `byline` (a string or a list), `published`, `outlet`, `url` and `language` say what is known of
        it; whatever else is named comes out under `meta`.

        Raises `ArticleError` where it has no record.
        """
        given = {"text": text, "html": html}
        article = metadata | {key: value for key, value in given.items() if value is not None}
        [answer] = self._take([article])
        if isinstance(answer, ArticleError):
            raise answer
        return answer

    def records(
        self, articles: Iterable[Article], *, batch_size: int = 256
    ) -> Iterator[Record | ArticleError]:
        """For each article, in order, its record or why it has none; `batch_size` are held at a time.

        An article is its text, or a mapping with `text` or `html` and what else is known of it.
        """
        articles = iter(articles)
        while batch := list(itertools.islice(articles, batch_size)):
            yield from self._take(batch)

    def run(self, batch: Any) -> Any:
        """What becomes of a batch of articles, a row for each, in order.

        Takes a `pyarrow.RecordBatch`, or anything with `__arrow_c_array__`, and gives a `RecordBatch`; of a table, or
        anything with `__arrow_c_stream__` (a data frame of Polars, DuckDB or pandas), it gives a `pyarrow.Table`.

        The columns mean what the fields of a line of JSON mean: `text` or `html`, `id`, `title`, `byline`,
        `published`, `outlet`, `url`, `language`; any other goes to `meta`. Those that come out are the columns of the
        Parquet sink, and `error`, null where there is a record, else a struct of `class`, `stage` and `message`. What is
        wrong with an article never raises.
        """
        if hasattr(batch, "__arrow_c_array__"):
            return self._native.run(batch)
        import pyarrow

        table = batch if isinstance(batch, pyarrow.Table) else pyarrow.table(batch)
        # Without a view of what came: some engines hand out one batch for all.
        batches = table.combine_chunks().to_batches(max_chunksize=_ROWS)
        return pyarrow.Table.from_batches(self.batches(batches), _native.schema())

    def batches(self, batches: Iterable[Any]) -> Iterator[pyarrow.RecordBatch]:
        """What becomes of batches, one for each, as engines give and take them."""
        return map(self._native.run, batches)

    def files(self, *paths: str | os.PathLike[str]) -> list[InputFile]:
        """The files that paths lead to (folders, globs, files), in the order in which `copydesk run` reads them."""
        found = self._native.files([os.fspath(path) for path in paths])
        return [InputFile(id, os.fspath(path), unreadable) for id, path, unreadable in found]

    def run_file(
        self, file: InputFile | str | os.PathLike[str], output: str | os.PathLike[str]
    ) -> Counts:
        """Writes what becomes of the articles of a file into the Parquet file `output`.

        The input is anything that `copydesk run` reads: text, HTML, JSON Lines, WARC, Parquet, mail, feeds. The output
        has the columns of `run`, and its name when it is whole, so whatever happens there is a whole file or none; the
        same input, pipeline and version give the same bytes. What the file holds twice has one row.
        """
        if not isinstance(file, InputFile):
            [file] = self.files(file)
        return Counts(*self._native.run_file(*file, os.fspath(output)))

    def _take(self, articles: list[Article]) -> Iterator[Record | ArticleError]:
        objects = ({"text": it} if isinstance(it, str) else dict(it) for it in articles)
        lines = "\n".join(json.dumps(article, default=_plain) for article in objects)
        for record, why in self._native.take(lines.encode()):
            if why is not None:
                yield ArticleError(*why)
            elif record is not None:
                yield Record(json.loads(record))

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._path, self._workers)

    def __repr__(self) -> str:
        return f"Pipeline({self._path!r})"


def _again(path: str, workers: int | None) -> Pipeline:
    """The pipeline elsewhere: what does not run was told where it was made."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LeftOutWarning)
        return Pipeline(path, workers=workers)


@functools.lru_cache(maxsize=1)
def on_node(path: str, key: str) -> Pipeline:
    """The pipeline in a worker of an engine, which gives a task one core; another key is another pipeline."""
    opened = _again(path, 1)
    if opened.key != key:
        raise _native.ConfigError(f"{path}: the file, or one that it names, is another on this node, or was changed meanwhile")
    return opened


def _plain(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that a record can hold: {value!r}")
