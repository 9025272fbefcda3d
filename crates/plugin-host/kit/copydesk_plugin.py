"""Stages of copydesk in Python: one file, the standard library alone, Python 3.8 or later.

    import copydesk_plugin as copydesk

    @copydesk.stage(writes=["shout.word"])
    def shout(doc, out):
        "marks words in capitals"
        start = 0
        for word in doc.text.split():
            start = doc.text.index(word, start)
            if word.isupper():
                out.annotate("shout.word", start, start + len(word), label="capitals")
            start += len(word)

    copydesk.run("shout", "0.1.0")

In `pipeline.toml`: a `[[plugin]]` with `command = ["python3", "shout.py"]`, then `use = "shout/shout"`.

Offsets are code points, as in every Python string. What a stage prints goes to standard error, which
copydesk shows where something fails. An exception costs its article and no other.
"""

import inspect
import json
import os
import struct
import sys
import time
import traceback

__all__ = ["stage", "run", "Discard", "Fail", "Retry", "Fatal", "SettingError"]

PROTOCOL = 1
ABI = 0 << 16 | 1


class Discard(Exception):
    """Raised by a stage: the article goes no further, on purpose, for this reason."""


class Fail(Exception):
    """Raised by a stage: this article cannot be processed; the others can."""


class Retry(Exception):
    """Raised by a stage: the article may succeed if it is tried again at once."""


class Fatal(Exception):
    """Raised by a stage: no article can be processed from here on."""


class SettingError(Exception):
    """Raised by the `__init__` of a stage: SettingError("terms", "is empty")."""


_stages = {}


def stage(name=None, *, reads=("text",), reads_if_present=(), writes=(), settings=None, ordered=False, pure=True):
    """Makes a stage of a function or a class.

    A function is called with the document, an `Out` and the settings as keywords. A class is made
    once, with the settings as keywords, and its `process(doc, out)` is called; an ordered one may have a
    `restore(change)`, which is given again what it passed to `out.change`.

    `settings` are the `properties` of a JSON Schema: {"terms": {"type": "array", "items": {"type":
    "string"}, "default": []}}. The summary is the first line of the docstring.
    """

    def register(made):
        own = name or made.__name__.lower().replace("_", "-")
        doc = (inspect.getdoc(made) or "").strip().splitlines()
        flags = (["pure"] if pure and not ordered else []) + (["state"] if hasattr(made, "restore") else [])
        manifest = {"name": own, "kind": "ordered" if ordered else "article", "flags": flags}
        manifest.update(summary=doc[0].rstrip(".") if doc else "", writes=list(writes))
        manifest.update(reads=list(reads), reads_if_present=list(reads_if_present))
        if settings:
            manifest["settings"] = {"type": "object", "properties": settings}
        _stages[own] = (manifest, made)
        return made

    return register


class Document:
    """An article: `id`, `text`, `title`, `dek`, `byline` (a list), `published`, `modified`, `outlet`,
    `url`, `language`, `meta` (a dict), and its layers."""

    def __init__(self, record):
        self.record = record
        self.id = record["id"]
        self.text = record.get("text") or ""
        self.byline = record.get("byline") or []
        self.meta = record.get("meta") or {}

    def __getattr__(self, name):
        if name in ("title", "dek", "published", "modified", "outlet", "url", "language"):
            return self.record.get(name)
        raise AttributeError(name)

    def layer(self, name):
        """The annotations of one layer, each a dict as in a record; of a layer that the stage has
        declared to read. In the form of frames each is a dict of start, end, kind, label, score and
        value (data in a layer with a dot)."""
        if name in self.record:
            return self.record[name] or []
        return [one for one in self.record.get("annotations") or [] if one["layer"] == name]


class Out:
    """What a stage adds to an article."""

    def __init__(self, doc):
        self.doc = doc
        self._annotations = []
        self.answer = {"id": doc.id, "annotations": self._annotations}

    def add(self, layer, entry):
        """Adds an entry to a core layer (`mentions`, `entities`, `quotations` …), a dict as in a record."""
        self.answer.setdefault(layer, []).append(entry)

    def annotate(self, layer, start=None, end=None, label=None, kind=None, score=None, data=None):
        """Adds an annotation to a layer of the plugin's own, such as `shout.word`."""
        # Written out, since a stage may call it thousands of times an article.
        entry = {"layer": layer}
        if start is not None:
            entry["start"] = start
        if end is not None:
            entry["end"] = end
        if label is not None:
            entry["label"] = label
        if kind is not None:
            entry["kind"] = kind
        if score is not None:
            entry["score"] = score
        if data is not None:
            entry["data"] = data
        self._annotations.append(entry)

    def mention(self, start, end, label, kind="name", score=None, value=None, entity=None):
        """Adds a mention: a span that refers to something (PER, ORG, LOC, MISC) or states a value."""
        entry = {"start": start, "end": end, "label": label, "kind": kind}
        _put(entry, score=score, value=value, entity=entity)
        self.add("mentions", entry)

    def value(self, name, value):
        """Sets a value of the whole article, such as `readability.flesch`."""
        self.answer.setdefault("values", {})[name] = value

    def note(self, message, start=None, end=None):
        """Notes an oddity that is no failure."""
        entry = {"message": message}
        _put(entry, start=start, end=end)
        self.add("notes", entry)

    def change(self, change):
        """Says what this article changed in the state of an ordered stage, as JSON."""
        self.answer["change"] = change


def _put(entry, **values):
    for key, value in values.items():
        if value is not None:
            entry[key] = value


class _Runner:
    """A stage that was started, function or class, and what its exceptions mean."""

    def __init__(self, made, settings):
        self.made = made(**settings) if inspect.isclass(made) else None
        self.call = self.made.process if self.made else lambda doc, out: made(doc, out, **settings)
        self.broken = None

    def restore(self, change):
        try:
            self.made.restore(change)
        except Exception as error:
            self.broken = "the state of an earlier run cannot be restored: %s" % _told(error)

    def answer(self, doc):
        out = Out(doc)
        try:
            if self.broken:
                raise Fatal(self.broken)
            self.call(doc, out)
            return out.answer
        except Discard as reason:
            word, message = "discard", str(reason)
        except Retry as error:
            word, message = "retry", str(error)
        except Fatal as error:
            word, message = "fatal", str(error)
        except Fail as error:
            word, message = "fail", str(error)
        except Exception as error:
            traceback.print_exc()
            word, message = "fail", _told(error)
        answer = {"id": doc.id, word: message}
        if "change" in out.answer:
            answer["change"] = out.answer["change"]
        return answer


def _told(error):
    """An exception in one line, with the place in the author's file."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [frame for frame in frames if frame.filename != __file__]
    place = " (%s:%d)" % (os.path.basename(where[-1].filename), where[-1].lineno) if where else ""
    return "%s: %s%s" % (type(error).__name__, error, place)


def run(name, version, form="jsonl"):
    """Speaks with copydesk until it has no more articles: the last line of a plugin. `form` is "jsonl", or
    "frame", which pays where a stage reads the text alone and finds little."""
    # The pipes are ours alone: what the author's code prints must not be taken for an answer.
    source, sink = os.fdopen(os.dup(0), "rb"), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)

    def say(message):
        _write(sink, _json(message) + b"\n")

    hello = source.readline()
    if not hello:
        return
    say({"copydesk_plugin": PROTOCOL, "name": name, "version": version, "form": form, "stages": [manifest for manifest, _ in _stages.values()]})
    start = json.loads(source.readline() or "null")
    if start is None:
        return
    try:
        runner = _Runner(_stages[start["start"]][1], start["settings"])
    except SettingError as error:
        setting, message = error.args
        return say({"refused": message, "setting": setting})
    except Exception as error:
        traceback.print_exc()
        return say({"refused": _told(error)})
    say({"ready": True})
    if form == "frame":
        return _frames(source, sink, runner)
    decode = json.JSONDecoder().decode
    for line in source:
        message = decode(line.decode())
        if "restore" in message:
            runner.restore(message["restore"])
        else:
            _write(sink, _in_form(lambda answer: _json(answer) + b"\n", runner.answer(Document(message))))


# What goes round in circles is found by its depth; a number that JSON does not have is refused.
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")).encode


def _json(value):
    return _encode(value).encode("utf-8", "replace")


def _in_form(form, answer):
    """An answer in its form. What a stage adds and JSON cannot say costs its article, as an exception does."""
    try:
        return form(answer)
    except (TypeError, ValueError, RecursionError, struct.error) as error:
        return form({"id": answer["id"], "fail": "what it adds is no JSON: %s" % error})


def _write(sink, data):
    view = memoryview(data)
    while view:
        view = view[os.write(sink, view):]


# The form of frames; see docs/plugin-protocol.md.

_HEAD = struct.Struct("<4sIIiQ")
_ROW = struct.Struct("<IIHHHHfIII")
_FIELD = struct.Struct("<IIIfI")
_HEADER, _NONE = 96, 0xFFFFFFFF
_OUTCOMES = {"discard": 1, "fail": 2, "retry": 3, "fatal": 4}
_NAMES = {
    0: None, 1: "text", 2: "sentences", 3: "mentions", 4: "entities", 5: "quotations", 6: "turns", 7: "summary",
    8: "keyphrases", 9: "values", 10: "notes", 11: "story", 12: "parts", 32: "name", 33: "description",
    34: "pronoun", 35: "value", 36: "carried", 48: "direct", 49: "mixed", 50: "indirect", 51: "question",
    52: "answer", 64: "PER", 65: "ORG", 66: "LOC", 67: "MISC", 68: "DATE", 69: "MONEY", 70: "QUANTITY",
    96: "entity", 97: "speaker", 98: "cue", 99: "marked", 100: "part_of", 101: "addressee", 102: "occasion",
    103: "said_on", 104: "role", 105: "key", 106: "country",
}  # fmt: skip


def _frames(source, sink, runner):
    buffer, held, sent = bytearray(), [], time.monotonic()
    while True:
        size = struct.unpack_from("<I", buffer, 8)[0] if len(buffer) >= _HEADER else None
        if size is None or size > len(buffer):
            # Nothing more to work on: send what is held back before waiting.
            _write(sink, b"".join(held))
            held, sent = [], time.monotonic()
            more = source.read1(1 << 20)
            if not more:
                return
            buffer += more
            continue
        frame = bytes(buffer[:size])
        del buffer[:size]
        magic, abi, _, what, sequence = _HEAD.unpack_from(frame)
        if magic != b"cdfr" or abi != ABI:
            raise SystemExit("copydesk speaks another version of the frame")
        sections = [frame[start : start + length] for start, length in struct.iter_unpack("<II", frame[24:_HEADER])]
        if what == 1:
            runner.restore(json.loads(sections[8]))
            continue
        doc = _FrameDocument(sections)
        held.append(_in_form(lambda answer: _answer(doc, answer, sequence), runner.answer(doc)))
        if time.monotonic() - sent > 0.02:
            _write(sink, b"".join(held))
            held, sent = [], time.monotonic()


class _FrameDocument(Document):
    """A document whose layers are read from rows when they are asked for."""

    def __init__(self, sections):
        self._raw, self._names, self._rows, self._values = sections[1], sections[2], sections[4], sections[6]
        self._read = self._written = 0, 0  # the offsets that were last converted, in bytes and in code points
        record = {"id": sections[0].decode(), "text": self._raw.decode(), "byline": [], "meta": {}}
        fields = sections[3]
        count = struct.unpack_from("<I", fields)[0] if fields else 0
        at = 8 + _FIELD.size * count
        for key_len, value_len, from_len, _, _ in _FIELD.iter_unpack(fields[8:at]):
            key = fields[at : at + key_len].decode()
            value = fields[at + key_len : at + key_len + value_len].decode()
            at += key_len + value_len + from_len
            if key == "byline":
                record["byline"].append(value)
            elif key.startswith("meta."):
                record["meta"][key[5:]] = json.loads(value)
            else:
                record[key] = value
        super().__init__(record)

    def layer(self, name):
        names = dict(_NAMES)
        count = struct.unpack_from("<I", self._names)[0] if self._names else 0
        ends = struct.unpack_from("<%dI" % count, self._names, 4) if count else ()
        for number, (start, end) in enumerate(zip((0,) + ends, ends), 256):
            base = 4 + 4 * count
            names[number] = self._names[base + start : base + end].decode()
        found, key = [], "data" if "." in name else "value"
        for start, end, layer, kind, label, _, score, at, length, _ in _ROW.iter_unpack(self._rows):
            if names[layer] == name:
                entry = {"kind": names[kind], "label": names[label], "score": score if score >= 0 else None}
                entry["start"], entry["end"] = (None, None) if start == _NONE else (self._char(start), self._char(end))
                entry[key] = json.loads(self._values[at : at + length]) if length else None
                found.append(entry)
        return found

    # Offsets mostly come in order: only the stretch since the last one is counted.

    def _char(self, byte):
        last_byte, last_char = self._read if self._read[0] <= byte else (0, 0)
        self._read = byte, last_char + len(self._raw[last_byte:byte].decode())
        return self._read[1]

    def _byte(self, char):
        last_byte, last_char = self._written if self._written[1] <= char else (0, 0)
        beyond = max(0, char - len(self.text))  # for the host to refuse
        self._written = last_byte + len(self.text[last_char:char].encode()), char - beyond
        return self._written[0] + beyond


def _answer(doc, answer, sequence):
    """An answer as a frame. Layers of related rows (entities, quotations) need the form of lines."""
    word = next((word for word in _OUTCOMES if word in answer), None)
    names, rows, values = {}, [], bytearray()

    def number(name):
        return 0 if name is None else names.setdefault(name, 256 + len(names))

    def row(layer, entry, value):
        text = b"" if value is None else _json(value)
        start, end = (_NONE if entry.get(key) is None else doc._byte(entry[key]) for key in ("start", "end"))
        score = -1.0 if entry.get("score") is None else entry["score"]
        symbols = number(layer), number(entry.get("kind")), number(entry.get("label"))
        rows.append(_ROW.pack(start, end, *symbols, 0, score, len(values), len(text), 0))
        values.extend(text)

    for key, entries in answer.items() if word is None else ():
        if key == "annotations":
            for entry in entries:
                row(entry["layer"], entry, entry.get("data"))
        elif key == "values":
            for name, value in entries.items():
                row("values", {"kind": name}, value)
        elif key in ("notes", "keyphrases"):
            for entry in entries:
                row(key, entry, entry["message" if key == "notes" else "text"])
        elif key in ("mentions", "sentences", "summary"):
            for entry in entries:
                row(key, entry, entry.get("value"))
        elif key not in ("id", "change"):
            return _answer(doc, {"fatal": "the layer `%s` needs form=\"jsonl\"" % key}, sequence)
    table = b""
    if names:
        encoded = [name.encode() for name in names]
        ends = [sum(map(len, encoded[: at + 1])) for at in range(len(encoded))]
        table = struct.pack("<%dI" % (1 + len(ends)), len(ends), *ends) + b"".join(encoded)
    change = _json(answer["change"]) if "change" in answer else b""
    message = answer[word].encode() if word else b""
    body, places = bytearray(), []
    for section in (b"", b"", table, b"", b"".join(rows), b"", bytes(values), message, change):
        places += [_HEADER + len(body), len(section)]
        body += section + bytes(-len(section) % 8)
    head = _HEAD.pack(b"cdfr", ABI, _HEADER + len(body), _OUTCOMES.get(word, 0), sequence)
    return head + struct.pack("<18I", *places) + body
