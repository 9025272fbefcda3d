"""One article at a time: `annotate`, `records`, what notebooks draw, and what is wrong with a file."""

import datetime
import os
import pickle
import re
import shutil
import subprocess
import sys
import threading

import pytest

import copydesk

TEXT = '"The bridge is safe," said Mayor Ada Ek of Ostra on Monday. Traffic returns on Friday.'


def test_a_record_says_who_said_what(pipeline):
    record = copydesk.Pipeline(pipeline()).annotate(
        TEXT,
        id="ostra-1",
        title="Bridge <opens>",
        byline=["Bo Falk"],
        published=datetime.date(2024, 3, 12),
        desk="metro",
    )
    [quotation] = record["quotations"]
    assert quotation["speaker"]["name"] == "Ada Ek"
    assert TEXT[quotation["start"] : quotation["end"]] == quotation["text"]
    assert (record["id"], record["byline"], record["published"]) == ("ostra-1", ["Bo Falk"], "2024-03-12")
    assert record["meta"] == {"desk": "metro"}


def test_html_is_an_article_too(pipeline):
    desk = copydesk.Pipeline(pipeline())
    page = f"<html><title>Ostra Courier</title><article><h1>Bridge</h1><p>{TEXT}</p></article></html>"
    assert desk.annotate(html=page)["text"] == TEXT


@pytest.mark.parametrize("offsets", ["codepoints", "bytes", "utf16"])
def test_a_notebook_draws_quotations_and_names(pipeline, offsets):
    file = pipeline()
    file.write_text(file.read_text().replace('use = "jsonl"', f'use = "jsonl"\noffsets = "{offsets}"'))
    text = "🌉 <Ostra> — “The bridge is safe,” said Ada Ek."
    drawn = copydesk.Pipeline(file).annotate(text, title="A & B")._repr_html_()
    assert "<h3>A &amp; B</h3>" in drawn
    assert '<span class="said" title="Ada Ek">The bridge is safe,</span>' in drawn
    assert '<span class="PER" title="Ada Ek (PER)">Ada Ek</span>' in drawn
    assert "&lt;" in drawn and "<Ostra>" not in drawn


def test_what_has_no_record_says_why(pipeline):
    desk = copydesk.Pipeline(pipeline(run='max_article = "1 KiB"'))
    cases = [
        ("...", "discarded", None),
        ({"title": "no words"}, "malformed", None),
        ({"text": 7}, "malformed", None),
        ("long " * 1000, "too-large", None),
    ]
    answers = list(desk.records([article for article, _, _ in cases] + [TEXT], batch_size=2))
    for (article, kind, stage), answer in zip(cases, answers):
        assert (answer.kind, answer.stage) == (kind, stage), article
    assert answers[-1]["quotations"]
    with pytest.raises(copydesk.ArticleError, match="discarded: empty"):
        desk.annotate("...")


def test_mistakes_of_a_file_have_the_words_of_check(pipeline, command):
    file = pipeline(more='[[stage]]\nuse = "sumarize"\nsentenses = 3')
    with pytest.raises(copydesk.ConfigError) as error:
        copydesk.Pipeline(file)
    checked = command("check", file)
    assert checked.returncode == 2
    assert str(error.value).strip() == checked.stderr.strip()
    assert "sumarize" in str(error.value)


def test_an_ordered_stage_is_left_out_or_refused(pipeline):
    file = pipeline(more='[[stage]]\nuse = "stories"')
    with pytest.warns(copydesk.LeftOutWarning, match="`stories`"):
        desk = copydesk.Pipeline(file)
    assert desk.left_out == ["stories"]
    assert desk.stages == ["normalize", "entity-tag", "quote-extract", "summarize"]
    assert "story" not in desk.annotate(TEXT)
    with pytest.raises(copydesk.ConfigError, match="`stories`"):
        copydesk.Pipeline(file, ordered="refuse")


def test_a_pipeline_goes_to_other_processes_and_threads(pipeline):
    desk = copydesk.Pipeline(pipeline(), workers=2)
    expected = desk.annotate(TEXT)
    assert pickle.loads(pickle.dumps(desk)).annotate(TEXT) == expected
    found = []
    threads = [threading.Thread(target=lambda: found.append(desk.annotate(TEXT))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_pipeline_works_behind_a_fork(pipeline):
    # In a process of its own: the one of the tests has threads that a fork would not take along.
    code = f"""
import copydesk, os
desk = copydesk.Pipeline({os.fspath(pipeline())!r})
before = desk.annotate({TEXT!r})
child = os.fork()
if child == 0:
    os._exit(0 if desk.annotate({TEXT!r}) == before else 1)
_, status = os.waitpid(child, 0)
assert status == 0
assert desk.annotate({TEXT!r}) == before
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_a_plugin_works(tmp_path, command):
    made = command("plugin", "new", "--lang", "python", "tagger", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    folder = tmp_path / "tagger"
    article = (folder / "drop" / "ferry.txt").read_text()
    desk = copydesk.Pipeline(folder / "pipeline.toml")
    answers = list(desk.records([article] * 40))
    assert all(answer["annotations"] for answer in answers)


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
@pytest.mark.parametrize("isolate", [False, True])
def test_a_library_works_here_and_in_a_process_of_its_own(tmp_path, command, isolate):
    made = command("plugin", "new", "--lang", "c", "tagger", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    folder = tmp_path / "tagger"
    library = "libtagger.dylib" if sys.platform == "darwin" else "libtagger.so"
    words = ["cc", "-std=c11", "-shared", "-fPIC", "-o", library, "plugin.c"]
    subprocess.run(words, check=True, cwd=folder)
    file = folder / "pipeline.toml"
    if isolate:
        text = file.read_text()
        stage = re.search(r'^use = "tagger/.*$', text, re.MULTILINE)[0]
        file.write_text(text.replace(stage, stage + "\nrun = { isolate = true }"))
    assert copydesk.Pipeline(file).annotate((folder / "drop" / "ferry.txt").read_text())["annotations"]


def test_the_command_is_the_command(command):
    assert command("--version").stdout.startswith("copydesk ")
    assert command("chek").returncode == 2
