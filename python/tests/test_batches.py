"""Batches of Arrow: what goes in, what comes out, and that it is what the command writes."""

import datetime
import json
from pathlib import Path

import pytest

import copydesk

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

TEXT = '"The bridge is safe," said Mayor Ada Ek of Ostra on Monday.'


def speakers(batch):
    return [[said["speaker"]["name"] for said in row or []] for row in batch["quotations"].to_pylist()]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string()), pa.binary()])
def test_texts_of_all_kinds(pipeline, kind):
    texts = pa.array([TEXT, None, TEXT], pa.string())
    column = texts.dictionary_encode() if pa.types.is_dictionary(kind) else texts.cast(kind)
    batch = copydesk.Pipeline(pipeline()).run(pa.record_batch({"text": column}))
    assert isinstance(batch, pa.RecordBatch)
    assert batch.schema == copydesk.schema()
    assert speakers(batch) == [["Ada Ek"], [], ["Ada Ek"]]
    assert [error and error["class"] for error in batch["error"].to_pylist()] == [None, "malformed", None]


def test_slices_are_read_where_they_begin(pipeline):
    batch = pa.record_batch({"text": ["...", TEXT, "..."], "id": ["a", "b", "c"]}).slice(1, 1)
    batch = copydesk.Pipeline(pipeline()).run(batch)
    assert (batch["id"].to_pylist(), speakers(batch)) == (["b"], [["Ada Ek"]])


def test_columns_are_fields_or_meta(pipeline):
    columns = {
        "html": pa.array([f"<p>{TEXT}</p>"]),
        "id": pa.array([7]),
        "byline": pa.array([["Bo Falk", "Mia Orn"]]),
        "published": pa.array([datetime.date(2024, 3, 12)]),
        "words": pa.array([12], pa.uint16()),
        "share": pa.array([0.1], pa.float32()),
        "paid": pa.array([True]),
        "seen": pa.array([datetime.datetime(2024, 3, 12, 8, 30)], pa.timestamp("ms")),
        "place": pa.array([{"lat": 1.5, "names": ["Ostra"]}]),
        "tags": pa.array([[("desk", "metro")]], pa.map_(pa.string(), pa.string())),
        "nothing": pa.nulls(1),
    }
    [row] = copydesk.Pipeline(pipeline()).run(pa.record_batch(columns)).to_pylist()
    assert (row["id"], row["byline"], row["published"]) == ("7", ["Bo Falk", "Mia Orn"], "2024-03-12")
    assert json.loads(row["meta"]) == {
        "words": 12,
        "share": 0.1,
        "paid": True,
        "seen": "2024-03-12 08:30:00 +00:00",
        "place": {"lat": 1.5, "names": ["Ostra"]},
        "tags": {"desk": "metro"},
        "nothing": None,
    }


def test_a_column_without_a_meaning_is_told(pipeline):
    batch = pa.record_batch({"text": [TEXT], "took": pa.array([5], pa.duration("s"))})
    with pytest.raises(TypeError, match="`took`.*cast it or leave it out"):
        copydesk.Pipeline(pipeline()).run(batch)


def test_no_article_raises(pipeline):
    batch = pa.record_batch({"text": ["...", None, TEXT], "id": ["a", "b", "c"], "title": [None, "B", "C"]})
    rows = copydesk.Pipeline(pipeline()).run(batch).to_pylist()
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert [row["error"] and row["error"]["class"] for row in rows] == ["discarded", "malformed", None]
    assert rows[0]["text"] is None and rows[2]["text"] == TEXT


def test_records_do_not_tell_batches(pipeline):
    desk = copydesk.Pipeline(pipeline())
    articles = {"id": ["a", "b", "c"], "text": [TEXT, None, TEXT]}
    whole = desk.run(pa.record_batch(articles)).to_pylist()
    alone = [desk.run(pa.record_batch(articles).slice(row, 1)).to_pylist() for row in range(3)]
    assert [[row] for row in whole] == alone
    assert whole[2]["origin"]["line"] is None and whole[2]["origin"]["offset"] is None
    records = desk.records([{"id": "a", "text": TEXT}, {"id": "c", "text": TEXT}])
    assert [record["origin"] for record in records] == [whole[0]["origin"], whole[2]["origin"]]


def test_tables_and_empty_batches(pipeline):
    desk = copydesk.Pipeline(pipeline())
    table = desk.run(pa.table({"text": [TEXT] * 5}))
    assert isinstance(table, pa.Table) and speakers(table) == [["Ada Ek"]] * 5
    assert desk.run(pa.record_batch({"text": pa.array([], pa.string())})).num_rows == 0
    [batch] = desk.batches([pa.record_batch({"text": [TEXT]})])
    assert speakers(batch) == [["Ada Ek"]]


def test_names_of_fields_are_those_of_the_file(pipeline):
    file = pipeline()
    file.write_text(file.read_text().replace("paths = []", 'paths = []\nfields = { text = "maintext" }'))
    batch = copydesk.Pipeline(file).run(pa.record_batch({"maintext": [TEXT]}))
    assert speakers(batch) == [["Ada Ek"]]


def test_workers_change_nothing(pipeline):
    texts = [f"{TEXT} It has {number} piers." for number in range(100)]
    batch = pa.record_batch({"text": texts})
    one, four = (copydesk.Pipeline(pipeline(), workers=workers).run(batch) for workers in (1, 4))
    assert one == four


def by_the_command(command, pipeline, folder, paths):
    """The records that `copydesk run` writes, as lines and as columns."""
    done = command("run", pipeline, *paths, "--output", folder, "--accept-failures")
    assert done.returncode == 0, done.stderr
    lines = [line for part in sorted(folder.glob("articles-*.jsonl")) for line in part.read_text().splitlines()]
    return lines, pq.read_table(folder / "parquet")


def by_files(desk, folder, paths):
    """The same, file by file."""
    tables = []
    for number, file in enumerate(desk.files(*paths)):
        output = folder / f"{number}.parquet"
        desk.run_file(file, output)
        tables.append(pq.read_table(output))
    table = pa.concat_tables(tables)
    return table.filter(pa.compute.is_null(table["error"])).drop_columns("error")


def test_files_give_what_the_command_writes(pipeline, command, tmp_path, drop):
    file = pipeline()
    _, columns = by_the_command(command, file, tmp_path / "out", [drop])
    found = by_files(copydesk.Pipeline(file), tmp_path / "files", [drop])
    assert found.num_rows == 14
    assert found.to_pylist() == columns.to_pylist()


def test_records_of_shared_articles_are_those_of_the_command(pipeline, command, tmp_path, shared):
    file = pipeline()
    paths = [shared / "drops", shared / "data" / "html"]
    lines, columns = by_the_command(command, file, tmp_path / "out", paths)
    desk = copydesk.Pipeline(file)
    found = by_files(desk, tmp_path / "files", paths)
    assert found.num_rows > 0
    assert found.to_pylist() == columns.to_pylist()
    # As texts one by one: the same but for the place that they were read from.
    records = {record["id"]: record for record in map(json.loads, lines)}
    for article in desk.files(shared / "drops"):
        found = desk.annotate(Path(article.path).read_bytes().decode(), id=article.id)
        expected = records[article.id]
        assert found.pop("origin")["sha256"] == expected.pop("origin")["sha256"]
        assert found == expected, article.id


def test_a_file_is_whole_or_not_there(pipeline, tmp_path):
    desk = copydesk.Pipeline(pipeline())
    source = tmp_path / "in" / "a.jsonl"
    source.parent.mkdir()
    lines = [{"text": TEXT}, {"text": TEXT}, {"title": "no words"}, {"text": "..."}]
    source.write_text("\n".join(map(json.dumps, lines)))
    first, second = tmp_path / "x" / "a.parquet", tmp_path / "y" / "a.parquet"
    assert desk.run_file(source, first) == copydesk.Counts(4, 1, 2, 1, 0)
    assert desk.run_file(source, second) == copydesk.Counts(4, 1, 2, 1, 0)
    assert first.read_bytes() == second.read_bytes()
    errors = [row and row["message"] for row in pq.read_table(first)["error"].to_pylist()]
    assert errors[0] is None and errors[1] == "duplicate of: a.jsonl#1"
    (tmp_path / "z").write_text("no folder")
    with pytest.raises(copydesk.RunError, match="a.parquet"):
        desk.run_file(source, tmp_path / "z" / "a.parquet")
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["a.parquet"]
