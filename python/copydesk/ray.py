"""A pipeline over a folder of files with Ray, one task a file.

    python -m copydesk.ray pipeline.toml INPUT OUTPUT

For each file of INPUT (a folder, a glob, a file; more than one may be named) there is one Parquet file in OUTPUT, named from the
input: `INPUT/sub/a.warc.gz` becomes `OUTPUT/INPUT/sub/a.warc.gz.parquet`. It gets its name when it is whole, so a task
that is killed leaves none, and one that runs twice replaces a file by its equal: the result is that of one process.
Input, output and pipeline file must be seen by all nodes under the same paths; input and output may be addresses such as
`s3://bucket/crawl`, where the package was built for stores. When everything is there, so is an empty file `_SUCCESS`.

Exit codes are those of `copydesk run`: 0 done, 1 a file could not be worked on, 2 wrong arguments or pipeline file, 3 done,
with articles that failed (their rows say why, in the column `error`).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import ray

from . import ConfigError, Counts, InputFile, Pipeline, _native
from ._pipeline import on_node

# Tasks that are known to Ray at a time: millions of files are no reason to hold millions of tasks.
_IN_FLIGHT = 1000


class FilesFailed(Exception):
    """Files that could not be worked on, each with the reason; the others are there."""

    def __init__(self, failed: dict[str, str]) -> None:
        super().__init__(failed)
        self.failed = failed

    def __str__(self) -> str:
        return "\n".join(f"{id}: {why}" for id, why in self.failed.items())


def run(
    pipeline: str | os.PathLike[str],
    inputs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    resume: bool = False,
    told: Callable[[int, int], None] | None = None,
) -> Counts:
    """Runs the article stages of a pipeline file over the files of `inputs`, with the Ray that is there.

    `resume` keeps the files of an earlier job that were made with the same configuration by the same version; the inputs
    must not have changed since. `told` hears how many files are done, and of how many. Returns the counts of the files
    that were worked on.

    Raises `ConfigError` where the pipeline file or the inputs are wrong, and at the end `FilesFailed` where the work on a file failed.
    """
    output = _place(output)
    several = [inputs] if isinstance(inputs, (str, os.PathLike)) else inputs
    opened = Pipeline(pipeline, workers=1)
    files = opened.files(*(_place(path) for path in several))
    success = f"{output}/_SUCCESS"
    _native.unmark(success)
    targets = {file: _target(output, file) for file in files}
    left = [
        file
        for file, target in targets.items()
        if not (resume and _native.is_made_by(target, opened.key))
    ]
    task = ray.remote(num_cpus=1, max_retries=5)(_work)
    waiting = iter(left)
    tasks: dict[ray.ObjectRef[Counts], InputFile] = {}
    counts = [0] * len(Counts._fields)
    failed: dict[str, str] = {}
    done = len(files) - len(left)
    while True:
        while len(tasks) < _IN_FLIGHT and (file := next(waiting, None)):
            tasks[task.remote(opened.path, opened.key, file, targets[file])] = file
        if not tasks:
            break
        [ready], _ = ray.wait(list(tasks), num_returns=1)
        file = tasks.pop(ready)
        try:
            counts = [sum(pair) for pair in zip(counts, ray.get(ready))]
        except ray.exceptions.RayError as error:
            cause = getattr(error, "cause", None) or error
            failed[file.id] = str(cause)
        done += 1
        if told:
            told(done, len(files))
    if not _native.is_address(output):
        _sweep(targets.values())
    if failed:
        raise FilesFailed(failed)
    _native.mark(success)
    return Counts(*counts)


def _work(path: str, key: str, file: InputFile, target: str) -> Counts:
    """One file, on whichever node."""
    return on_node(path, key).run_file(InputFile(*file), target)


def _place(path: str | os.PathLike[str]) -> str:
    """A path that means the same on all nodes: an absolute one, or an address in a store."""
    path = os.fspath(path)
    return path.rstrip("/") if _native.is_address(path) else os.path.abspath(path)


def _target(output: str, file: InputFile) -> str:
    """The output of a file; ids have no `..`, and no two files have one."""
    return f"{output}/{file.id}.parquet"


def _sweep(targets: Iterable[str]) -> None:
    """Removes what killed attempts at these files left: `.NAME.parquet.XXXXXX.tmp`."""
    names: dict[str, set[str]] = {}
    for target in targets:
        folder, name = os.path.split(target)
        names.setdefault(folder, set()).add(name)
    for folder, ours in names.items():
        for left in Path(folder).glob(".*.tmp"):
            if left.name[1:].rsplit(".", 2)[0] in ours:
                left.unlink(missing_ok=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m copydesk.ray",
        description="Runs the article stages of a pipeline over files, with Ray: one task and one Parquet file each.",
    )
    parser.add_argument("pipeline", help="the pipeline file")
    parser.add_argument("input", nargs="+", help="folders, globs and files to read")
    parser.add_argument("output", help="the folder of the Parquet files")
    parser.add_argument(
        "--address", help="the Ray to use; without it the one of RAY_ADDRESS, or one of this machine alone"
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="keep the files of an earlier job with the same configuration and unchanged inputs",
    )
    parser.add_argument(
        "--accept-failures", action="store_true", help="end with 0 where articles failed"
    )
    options = parser.parse_args(arguments)
    # One that runs already says itself whether it has a dashboard.
    dashboard = None if _elsewhere(options.address) else False
    ray.init(address=options.address, log_to_driver=False, include_dashboard=dashboard)
    try:
        counts = run(
            options.pipeline, options.input, options.output, resume=options.resume, told=_progress
        )
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    except FilesFailed as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        ray.shutdown()
    print(
        f"{counts.written} articles written, {counts.discarded} discarded, {counts.failed} failed; "
        f"records in {options.output}",
        file=sys.stderr,
    )
    return 3 if counts.failed and not options.accept_failures else 0


def _elsewhere(address: str | None) -> bool:
    """Whether a Ray that runs already is joined."""
    return (address or os.environ.get("RAY_ADDRESS", "local")) != "local"


def _progress(done: int, files: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {files} files", end="\n" if done == files else "", file=sys.stderr)


if __name__ == "__main__":
    # Under its own name, so that the tasks are found by it on the nodes.
    from copydesk.ray import main as _main

    sys.exit(_main())
