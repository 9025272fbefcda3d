"""Ray over a drop in a store that speaks S3, into the same store: what it writes on this machine, byte for byte.

`cargo xtask stores` builds the package for stores, starts a server and names it in `COPYDESK_TEST_STORE`.
"""

import http.client
import os
import re

import pytest

import copydesk

STORE = os.environ.get("COPYDESK_TEST_STORE")
if not STORE:
    pytest.skip("COPYDESK_TEST_STORE names no server", allow_module_level=True)
ray = pytest.importorskip("ray")

from copydesk.ray import run  # noqa: E402

BUCKET = "copydesk-ray"
# The server wants to know who asks, and believes whoever says so.
WHO = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
SETTINGS = {
    "AWS_ENDPOINT_URL": f"http://{STORE}",
    "AWS_ALLOW_HTTP": "true",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


def ask(method, key="", body=b""):
    connection = http.client.HTTPConnection(STORE)
    connection.request(method, f"/{BUCKET}/{key}", body, {"Authorization": WHO})
    answer = connection.getresponse()
    assert answer.status < 300, (method, key, answer.status)
    return answer.read()


def keys(prefix):
    listed = ask("GET", f"?list-type=2&prefix={prefix}").decode()
    return sorted(key.removeprefix(prefix) for key in re.findall("<Key>(.*?)</Key>", listed))


@pytest.fixture(scope="module")
def cluster():
    os.environ.update(SETTINGS)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def test_outputs_in_a_store_are_those_on_this_machine(cluster, pipeline, tmp_path):
    ask("PUT")
    drop = tmp_path / "drop"
    (drop / "sub").mkdir(parents=True)
    for number in range(6):
        article = f"“We mended {number} bridges,” said Mayor Ada Ek of Ostra on Monday.\n"
        name = f"sub/{number}.txt" if number % 2 else f"{number}.txt"
        (drop / name).write_text(article)
        ask("PUT", f"in/drop/{name}", article.encode())
    path = pipeline()
    here = run(path, drop, tmp_path / "out")
    away = run(path, f"s3://{BUCKET}/in/drop", f"s3://{BUCKET}/out/")
    assert here == away and here.written == 6
    written = {
        os.fspath(file.relative_to(tmp_path / "out")): file.read_bytes()
        for file in (tmp_path / "out").rglob("*")
        if file.is_file()
    }
    assert "_SUCCESS" in written
    assert {key: ask("GET", f"out/{key}") for key in keys("out/")} == written

    again = run(path, f"s3://{BUCKET}/in/drop", f"s3://{BUCKET}/out", resume=True)
    assert again == copydesk.Counts(0, 0, 0, 0, 0)
