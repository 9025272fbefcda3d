"""What Arrow batches cost beside the work: `python benches/boundary.py pipeline.toml FOLDER [ARTICLES]`.

Takes the texts of a folder, over and over until there are ARTICLES (1,000), and lets one thread work on them twice in
turn: as an Arrow batch that comes out as one, and as lines of JSON that come out as records, which the command reads
and writes. The difference is the boundary. Processor seconds of the process, the smallest of five rounds.
"""

import itertools
import json
import sys
import time
import warnings
from pathlib import Path

import pyarrow as pa

import copydesk

ROUNDS = 5


def seconds(work):
    begun = time.process_time()
    made = work()
    return time.process_time() - begun, made


def main(pipeline, folder, articles=1000):
    warnings.simplefilter("ignore", copydesk.LeftOutWarning)
    desk = copydesk.Pipeline(pipeline, workers=1)
    texts = [path.read_text() for path in sorted(Path(folder).rglob("*.txt"))]
    texts = list(itertools.islice(itertools.cycle(texts), int(articles)))
    batch = pa.record_batch({"id": [str(number) for number in range(len(texts))], "text": texts})
    lines = "\n".join(json.dumps(row) for row in batch.to_pylist()).encode()
    as_batch, as_lines = [], []
    for _ in range(ROUNDS):
        took, made = seconds(lambda: desk.run(batch))
        assert made.num_rows == len(texts) and made["error"].null_count == len(texts)
        as_batch.append(took)
        took, made = seconds(lambda: desk._native.take(lines))
        assert all(record for record, _ in made)
        as_lines.append(took)
    whole, work = min(as_batch), min(as_lines)
    size = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} articles of {size:.0f} characters, {desk.stages}")
    print(f"as a batch {whole:.3f} s, as lines {work:.3f} s: the boundary costs {(whole - work) / whole:.2%}")


if __name__ == "__main__":
    main(*sys.argv[1:])
