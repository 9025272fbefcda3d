"""Ray: two workers, one of them killed in the middle, give what one process gives."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import copydesk

pq = pytest.importorskip("pyarrow.parquet")
ray = pytest.importorskip("ray")

FILES = 12
ARTICLES = 40
MEMORY = 150_000_000


@pytest.fixture
def articles(tmp_path):
    """A folder of files of articles of our own, no two the same; one is broken."""
    folder = tmp_path / "in" / "feed"
    folder.mkdir(parents=True)
    for file in range(FILES):
        lines = []
        for number in range(ARTICLES):
            said = f'"We mended {number + 2} bridges in district {file}," said Mayor Ada Ek of Ostra on Monday. '
            lines.append({"id": f"ostra-{file}-{number}", "text": said * 6})
        if file == 3:
            lines[5] = {"id": "broken", "text": 5}
        (folder / f"part-{file:02}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


@pytest.fixture
def second_worker():
    """Ray on this machine as two workers of one core; what kills the second one."""
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": MEMORY}
    cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
    worker = cluster.add_node(**node)
    ray.init(address=cluster.address, log_to_driver=False)
    cluster.wait_for_nodes()

    def kill():
        [raylet] = worker.all_processes["raylet"]
        killed = [raylet.process.pid, *descendants(raylet.process.pid)]
        for process in killed:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return killed

    yield kill
    ray.shutdown()
    cluster.shutdown()


def descendants(process):
    """The processes that a process started, and those that they did."""
    children = []
    for task in Path(f"/proc/{process}/task").iterdir():
        children += map(int, (task / "children").read_text().split())
    return children + [one for child in children for one in descendants(child)]


def all_files(folder):
    """Each file below with its bytes, also one that should not be there."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_killed_worker_changes_no_byte(pipeline, articles, tmp_path, second_worker):
    desk = copydesk.Pipeline(pipeline())
    alone, output = tmp_path / "alone", tmp_path / "out"
    for file in desk.files(articles):
        desk.run_file(file, alone / f"{file.id}.parquet")
    (alone / "_SUCCESS").touch()
    killed = []

    def kill_in_the_middle(done, files):
        if killed or done < 3:
            return
        # Both are at a file, so one attempt is lost.
        patience = 600
        while len(list(output.rglob("*.tmp"))) < 2 and patience:
            time.sleep(0.01)
            patience -= 1
        assert patience, "both workers are at work"
        killed.extend(second_worker())

    from copydesk.ray import run

    counts = run(desk.path, articles, output, told=kill_in_the_middle)
    assert len(killed) >= 2, "the second worker, and the process of its task"
    assert counts == copydesk.Counts(FILES * ARTICLES, FILES * ARTICLES - 1, 0, 1, 0)
    assert all_files(output) == all_files(alone)
    ids = pq.read_table(output / "feed", columns=["id"])["id"].to_pylist()
    assert len(ids) == len(set(ids)) == FILES * ARTICLES


def test_the_command_line(pipeline, articles, tmp_path):
    for file in list(articles.iterdir())[2:]:
        file.unlink()

    def run(*arguments):
        words = [sys.executable, "-m", "copydesk.ray", *map(str, arguments)]
        # One that a test before has started is none of its business.
        environment = {key: value for key, value in os.environ.items() if key != "RAY_ADDRESS"}
        return subprocess.run(words, capture_output=True, text=True, timeout=300, env=environment)

    output = tmp_path / "out"
    done = run(pipeline(), articles, output)
    assert done.returncode == 0, done.stderr
    assert f"{2 * ARTICLES} articles written, 0 discarded, 0 failed" in done.stderr
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*.parquet")}
    assert len(before) == 2
    again = run(pipeline(), articles, output, "--resume")
    assert "0 articles written" in again.stderr
    assert {path: path.stat().st_mtime_ns for path in output.rglob("*.parquet")} == before
    wrong = run(pipeline(more='[[stage]]\nuse = "sumarize"', name="wrong.toml"), articles, output)
    assert wrong.returncode == 2 and "did you mean" in wrong.stderr
