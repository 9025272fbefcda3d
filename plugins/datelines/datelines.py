#!/usr/bin/env python3
"""Finds the dateline that opens an article, such as "PORT ALBA, Oct. 3 (Northern Wire) —".

A plugin in Python without any module: it reads one line of JSON per article and answers with one line, as
docs/plugin-protocol.md says. One stage, `datelines/mark`, which writes the layer `datelines.dateline`: one
annotation over place, date and agency, with the three in its data.
"""

import json
import re
import sys

MANIFEST = {
    "copydesk_plugin": 1,
    "name": "datelines",
    "version": "0.1.0",
    "stages": [
        {
            "name": "mark",
            "summary": "marks the place, date and agency that open an article",
            "reads": ["text"],
            "writes": ["datelines.dateline"],
            "flags": ["pure"],
            "settings": {
                "type": "object",
                "properties": {
                    "capitals": {
                        "type": "boolean",
                        "default": False,
                        "description": "only places that are written in capitals",
                    }
                },
            },
        }
    ],
}

# Particles of place names ("Rio de Janeiro", "Stratford-upon-Avon").
PARTICLES = "de|del|da|do|la|le|les|los|las|el|al|of|the|upon|on|am|an|der|sur|and"
CAPITALS = r"[^\W\d_a-zß-öø-ÿ]{2,}[\w’'-]*"  # NAIROBI, SÃO, SAINT-DENIS
WORD = r"[^\W\d_][\w’'.-]*"
CITY = r"(?:%s)(?: (?:(?:%s) )?%s){0,4}" % (CAPITALS, PARTICLES, CAPITALS)
TITLED = r"(?:[^\W\d_a-z]%s)(?: (?:(?:%s) )?[^\W\d_a-z][\w’'.-]*){0,3}" % (r"[\w’'.-]*", PARTICLES)
REGION = r"(?:, (?!\d)%s(?: %s){0,3}?){0,2}" % (WORD, WORD)
MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
DATE = r"(?:%s \d{1,2}|\d{1,2} %s)(?:,? \d{4})?" % (MONTH, MONTH)
AGENCY = r"\((?P<agency>[^()\n]{2,40})\)"
DASH = r"\s*(?:[—–―]|--?(?=\s))\s*"

# With a place in capitals a dash is enough; otherwise an agency must stand before it, since "Peter Moll — a
# baker from Kell — …" opens articles, too.
SURE = re.compile(r"(?P<place>%s%s?)(?:,? (?P<date>%s))?,?(?: ?%s)?%s" % (CITY, REGION, DATE, AGENCY, DASH))
WITH_AGENCY = re.compile(r"(?P<place>%s%s?)(?:,? (?P<date>%s))?,? ?%s(?:%s|:\s)" % (TITLED, REGION, DATE, AGENCY, DASH))


def dateline(text, capitals):
    """The annotation for the dateline of `text`, or None."""
    opening = text[:200].split("\n", 1)[0]
    found = SURE.match(opening) or (None if capitals else WITH_AGENCY.match(opening))
    if not found:
        return None
    parts = {name: value.strip() for name, value in found.groupdict().items() if value}
    # The dash is no part of it.
    end = max(found.end(name) + (name == "agency") for name in parts)
    return {"layer": "datelines.dateline", "start": 0, "end": end, "data": parts}


def main():
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
    if not sys.stdin.readline():  # copydesk says which version it is; nothing here depends on it
        return
    print(json.dumps(MANIFEST))
    start = sys.stdin.readline()
    if not start:  # copydesk only wanted to know what there is
        return
    capitals = json.loads(start)["settings"]["capitals"]
    print(json.dumps({"ready": True}))
    for line in sys.stdin:
        article = json.loads(line)
        mark = dateline(article["text"], capitals)
        print(json.dumps({"id": article["id"], "annotations": [mark] if mark else []}))


if __name__ == "__main__":
    main()
