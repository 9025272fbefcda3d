"""A record as a dict that notebooks draw."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

_STYLE = """<style>
.copydesk { max-width: 46em; line-height: 1.6 }
.copydesk .said { background: #fdf0c4; color: #222 }
.copydesk .PER { border-bottom: 2px solid #c0392b } .copydesk .ORG { border-bottom: 2px solid #2471a3 }
.copydesk .LOC { border-bottom: 2px solid #1e8449 } .copydesk .MISC { border-bottom: 2px solid #7d6608 }
.copydesk .about { color: #777; font-size: 85% }
</style>"""


class Record(dict[str, Any]):
    """The record of an article, as `docs/output.md` describes it.

    In a notebook it is drawn: quotations on a ground of their own, names underlined, each with what is known of it where
    the mouse rests.
    """

    def _repr_html_(self) -> str:
        parts = [_STYLE, '<div class="copydesk">']
        if self.get("title"):
            parts.append(f"<h3>{escape(self['title'])}</h3>")
        about = [*self.get("byline", []), self.get("outlet"), self.get("published")]
        parts.append(f'<p class="about">{escape(" · ".join(filter(None, about)))}</p>')
        if summary := self.get("summary"):
            points = "".join(f"<li>{escape(sentence['text'])}</li>" for sentence in summary)
            parts.append(f"<ul>{points}</ul>")
        drawn = self._drawn().replace("\n\n", "</p><p>").replace("\n", "<br>")
        parts.append(f"<p>{drawn}</p></div>")
        return "".join(parts)

    def _drawn(self) -> str:
        """The text, cut at every border of a quotation or name."""
        text = self.get("text") or ""
        place = _places(text, self.get("offsets") or "codepoints")
        spans = []
        for quotation in self.get("quotations") or []:
            speaker = quotation.get("speaker") or {}
            told = speaker.get("name") or speaker.get("text") or "speaker unknown"
            spans.append((place(quotation["start"]), place(quotation["end"]), "said", told))
        names = {entity["id"]: entity["name"] for entity in self.get("entities") or []}
        for mention in self.get("mentions") or []:
            if mention["kind"] == "name":
                told = f"{names.get(mention.get('entity'), mention['text'])} ({mention['label']})"
                spans.append((place(mention["start"]), place(mention["end"]), mention["label"], told))
        borders = sorted({0, len(text), *(at for span in spans for at in span[:2])})
        drawn = []
        for start, end in zip(borders, borders[1:]):
            over = [span for span in spans if span[0] <= start and end <= span[1]]
            piece = escape(text[start:end])
            if over:
                kinds = " ".join(dict.fromkeys(span[2] for span in over))
                told = escape("; ".join(span[3] for span in over))
                piece = f'<span class="{kinds}" title="{told}">{piece}</span>'
            drawn.append(piece)
        return "".join(drawn)


def _places(text: str, unit: str) -> Callable[[int], int]:
    """From offsets as the record counts them to those of Python."""
    if unit == "codepoints":
        return lambda at: at
    sizes = {"bytes": lambda c: len(c.encode()), "utf16": lambda c: len(c.encode("utf-16-le")) // 2}
    at, places = 0, {}
    for place, character in enumerate(text):
        places[at] = place
        at += sizes[unit](character)
    places[at] = len(text)
    return places.__getitem__
