"""Ray: two workers, one of them killed in the middle, give what one process gives."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import copydesk

pq = pytest.importorskip("pyarrow.parquet")
ray = pytest.importorskip("ray")

FILES = 12
ARTICLES = 40
MEMORY = 150_000_000

# A stage that holds every article until the gate is open. One that only watched for two workers at work would see
# none where a file takes no time.
GATE = """
import json, sys
sys.stdin.readline()
print(json.dumps({"copydesk_plugin": 1, "name": "gate", "version": "1.0.0",
    "stages": [{"name": "hold", "summary": "waits", "reads": ["text"], "writes": []}]}), flush=True)
if sys.stdin.readline():
    print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    # To open a pipe waits for who writes to it.
    open(GATE).close()
    print(json.dumps({"id": json.loads(line)["id"], "annotations": []}), flush=True)
"""


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
    gate, plugin = tmp_path / "gate", tmp_path / "gate.py"
    gate.touch()
    plugin.write_text(GATE.replace("GATE", repr(str(gate))))
    words = json.dumps([sys.executable, str(plugin)])
    stages = f'[[stage]]\nuse = "gate/hold"\n[[plugin]]\nname = "gate"\ncommand = {words}'
    desk = copydesk.Pipeline(pipeline(more=stages))
    alone, output = tmp_path / "alone", tmp_path / "out"
    for file in desk.files(articles):
        desk.run_file(file, alone / f"{file.id}.parquet")
    (alone / "_SUCCESS").touch()
    gate.unlink()
    os.mkfifo(gate)
    killed, opened = [], []

    def kill_at_work():
        # Both are at a file and cannot get on, so one attempt is lost.
        patience = 6000
        while len(list(output.rglob("*.tmp"))) < 2 and patience:
            time.sleep(0.01)
            patience -= 1
        if patience:
            killed.extend(second_worker())
        # Open for writing, so that nobody waits any more.
        opened.append(os.open(gate, os.O_RDWR))

    killer = threading.Thread(target=kill_at_work)
    killer.start()
    from copydesk.ray import run

    counts = run(desk.path, articles, output)
    killer.join()
    os.close(opened[0])
    assert len(killed) >= 3, "the second worker, the process of its task, and that one's plugin"
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
