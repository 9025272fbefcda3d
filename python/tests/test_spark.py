"""Spark: a cluster of two workers on this machine. It takes a minute or two, so only `COPYDESK_TEST_SPARK=1` runs it."""

import os

import pytest

import copydesk

if not os.environ.get("COPYDESK_TEST_SPARK"):
    pytest.skip("COPYDESK_TEST_SPARK is not set", allow_module_level=True)
pa = pytest.importorskip("pyarrow")
pyspark = pytest.importorskip("pyspark")

ARTICLES = 600


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.executorEnv.PYTHONHASHSEED", "0")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
        .getOrCreate()
    )
    yield session
    session.stop()


def test_a_data_frame_gives_what_one_process_gives(spark, pipeline, tmp_path):
    from copydesk.spark import annotate

    said = '"We mended {} bridges this week," said Mayor Ada Ek of Ostra on Monday.'
    rows = [(f"ostra-{number}", said.format(number) if number % 100 else "...") for number in range(ARTICLES)]
    frame = spark.createDataFrame(rows, "id string, text string").repartition(6)
    desk = copydesk.Pipeline(pipeline(), workers=1)
    annotate(frame, desk.path).write.parquet(str(tmp_path / "out"))
    import pyarrow.parquet as pq

    found = {row["id"]: row for row in pq.read_table(tmp_path / "out").to_pylist()}
    alone = desk.run(pa.record_batch({"id": [id for id, _ in rows], "text": [text for _, text in rows]}))
    assert len(found) == ARTICLES
    for row in alone.to_pylist():
        # The place in a batch is another.
        for one in (row, found[row["id"]]):
            one["origin"].pop("line")
        assert found[row["id"]] == row
