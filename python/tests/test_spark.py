"""Spark: two workers on this machine, one of them killed in the middle, give what one process gives.

It takes a minute or two, so only `COPYDESK_TEST_SPARK=1` runs it.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

import copydesk

if not os.environ.get("COPYDESK_TEST_SPARK"):
    pytest.skip("COPYDESK_TEST_SPARK is not set", allow_module_level=True)
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("pyspark")

ARTICLES = 3000
TASKS = 15


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
        .getOrCreate()
    )
    yield session
    session.stop()


def executors():
    """The processes of the executors that this process has brought about, each with those that it started."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_text()
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            parents[int(folder.name)] = (parent, words)

    def below(process):
        children = [child for child, (parent, _) in parents.items() if parent == process]
        return children + [one for child in children for one in below(child)]

    ours = below(os.getpid())
    heads = [process for process in ours if "CoarseGrainedExecutorBackend" in parents[process][1]]
    return [[head, *below(head)] for head in heads]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_killed_executor_changes_no_row(spark, pipeline, tmp_path):
    from copydesk.spark import annotate

    said = '"We mended {} bridges this week," said Mayor Ada Ek of Ostra on Monday. '
    rows = [
        (f"ostra-{number}", said.format(number) * 6 if number % 100 else "...")
        for number in range(ARTICLES)
    ]
    frame = spark.createDataFrame(rows, "id string, text string").repartition(TASKS)
    desk = copydesk.Pipeline(pipeline(), workers=1)
    output = tmp_path / "out"
    job = threading.Thread(
        target=lambda: annotate(frame, desk.path).write.parquet(os.fspath(output))
    )
    job.start()
    tracker = spark.sparkContext.statusTracker()

    def done():
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        return max((stage.numCompletedTasks for stage in stages if stage), default=0)

    while job.is_alive() and not (3 <= done() < TASKS - 2 and len(executors()) == 2):
        time.sleep(0.02)
    assert job.is_alive(), "the job is in its middle"
    killed = executors()[0]
    for process in killed:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
    job.join()
    assert len(killed) >= 2, "an executor, and the Python of its task"

    table = pq.read_table(output).to_pylist()
    found = {row["id"]: row for row in table}
    alone = desk.run(pa.table({"id": [id for id, _ in rows], "text": [text for _, text in rows]}))
    assert len(table) == len(found) == ARTICLES
    for row in alone.to_pylist():
        assert found[row["id"]] == row
