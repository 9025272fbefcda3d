"""The stage @NAME@/mark: marks the words of a list, and counts them."""

import copydesk_plugin as copydesk

WORDS = {"type": "array", "items": {"type": "string"}, "default": [], "description": "the words to mark"}


@copydesk.stage("mark", writes=["@NAME@.word", "values"], settings={"words": WORDS})
class Mark:
    """marks the words of a list, and counts them"""

    def __init__(self, words):
        # What the schema cannot say is said here, and shown with a caret in pipeline.toml.
        if "" in words:
            raise copydesk.SettingError("words", "an empty word stands everywhere")
        self.words = words

    def process(self, doc, out):
        count = 0
        for word in self.words:
            start = doc.text.find(word)
            while start >= 0:
                end = start + len(word)
                out.annotate("@NAME@.word", start, end, label=word)
                count += 1
                start = doc.text.find(word, end)
        out.value("@NAME@.words", count)


copydesk.run("@NAME@", "0.1.0")
