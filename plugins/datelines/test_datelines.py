"""Tests of the dateline rules: `python3 -m unittest` in this folder."""

import unittest

from datelines import dateline

CASES = [
    # text, place, date, agency (None for no dateline)
    ("PORT ALBA, Oct. 3 (Northern Wire) — The ferry stood still.", "PORT ALBA", "Oct. 3", "Northern Wire"),
    ("KELL (NW) - The mill burned.", "KELL", None, "NW"),
    ("NORRVIK, Tarn — Two boats met.", "NORRVIK, Tarn", None, None),
    ("Port Alba (Northern Wire) – The ferry stood still.", "Port Alba", None, "Northern Wire"),
    ("SAINT-ELM, 3 October 2031 – Rain.", "SAINT-ELM", "3 October 2031", None),
    ("ÅSVIK — Snow fell.", "ÅSVIK", None, None),
    ("Peter Moll — a baker from Kell — said no.", None, None, None),
    ("The council met on Monday.", None, None, None),
    ("A — B", None, None, None),
    ("NORRVIK said no — again.", None, None, None),
    ("", None, None, None),
]


class Datelines(unittest.TestCase):
    def test_cases(self):
        for text, place, date, agency in CASES:
            with self.subTest(text=text):
                found = dateline(text, capitals=False)
                want = {"place": place, "date": date, "agency": agency}
                self.assertEqual(found and found["data"], {k: v for k, v in want.items() if v} or None)
                if found:
                    self.assertTrue(text[found["end"] :].lstrip()[:1] in "-–—")

    def test_only_places_in_capitals(self):
        self.assertIsNone(dateline("Port Alba (Northern Wire) – The ferry stood still.", capitals=True))


if __name__ == "__main__":
    unittest.main()
