"""A pipeline over a data frame of Spark.

    from copydesk.spark import annotate
    records = annotate(spark.read.parquet("articles"), "pipeline.toml")
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import Pipeline, schema
from ._pipeline import on_node

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame


def annotate(df: DataFrame, pipeline: str | os.PathLike[str]) -> DataFrame:
    """What becomes of the articles of `df`, a row for each; lazily, as Spark does all.

    The columns of `df` are the fields of articles (`text` or `html`, `id`, `title`, …), any other goes to `meta`; what
    comes out are the columns of `Pipeline.run`, `error` included, so no article ends a job. The pipeline file must be seen
    by all executors under the same path, and the package `copydesk` be installed there.

    Raises `ConfigError` where the pipeline file is wrong.
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    opened = Pipeline(pipeline, workers=1)
    path, key = opened.path, opened.key

    def work(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        return on_node(path, key).batches(batches)

    return df.mapInArrow(work, from_arrow_schema(schema()))
