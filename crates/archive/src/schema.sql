-- The tables of an archive. Offsets count what `articles.offsets` says, as in the records. What a record has
-- lies in columns of the same name, lists that few ask for by themselves as JSON. docs/archive.md promises these names.

-- How far the parts of the output folder were read.
CREATE TABLE parts (
    part    INTEGER PRIMARY KEY,
    file    TEXT NOT NULL,
    records INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    sha256  TEXT NOT NULL
) STRICT;

-- `stories`: the digest of the stories that were taken in.
CREATE TABLE state (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The current revision of each article, in the order in which the articles first came.
CREATE TABLE articles (
    article    INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    revision   INTEGER NOT NULL,
    supersedes TEXT,
    title      TEXT,
    dek        TEXT,
    byline     TEXT NOT NULL,
    published  TEXT,
    day        TEXT AS (substr(published, 1, 10)) VIRTUAL,
    modified   TEXT,
    outlet     TEXT,
    url        TEXT,
    language   TEXT,
    story      TEXT,
    path       TEXT NOT NULL,
    line       INTEGER,
    member     INTEGER,
    "offset"   INTEGER,
    sha256     TEXT NOT NULL,
    offsets    TEXT NOT NULL,
    layers     INTEGER NOT NULL,
    fields     TEXT,
    meta       TEXT,
    notes      TEXT,
    "values"   TEXT,
    turns      TEXT,
    summary    TEXT,
    keyphrases TEXT,
    sentences  TEXT,
    mentions   TEXT,
    text       TEXT
) STRICT;

CREATE INDEX articles_by_day ON articles (day);
CREATE INDEX articles_by_outlet ON articles (outlet, day);
CREATE INDEX articles_by_story ON articles (story);

-- What searches are limited by, apart from the texts: asked for an article, it answers without reading its row.
CREATE UNIQUE INDEX articles_by_number ON articles (article, day, outlet);

-- Which stage wrote which layer: `articles.layers` names one of these.
CREATE TABLE layer_sets (
    layers INTEGER PRIMARY KEY,
    stages TEXT NOT NULL UNIQUE
) STRICT;

-- Every record of an article, with its place in the parts.
CREATE TABLE revisions (
    article    INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    supersedes TEXT,
    sha256     TEXT NOT NULL,
    title      TEXT,
    published  TEXT,
    modified   TEXT,
    part       INTEGER NOT NULL,
    "offset"   INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (article, revision)
) STRICT, WITHOUT ROWID;

-- `key` as in the record, `person` the key over articles, by the stories; `times` counts the mentions.
CREATE TABLE entities (
    article INTEGER NOT NULL,
    entity  INTEGER NOT NULL,
    key     TEXT NOT NULL,
    person  TEXT NOT NULL,
    name    TEXT NOT NULL,
    label   TEXT,
    country TEXT,
    times   INTEGER NOT NULL,
    corrected INTEGER NOT NULL,
    PRIMARY KEY (article, entity)
) STRICT, WITHOUT ROWID;

-- Everybody and everything that is named, once, under the fullest name.
CREATE TABLE names (
    number INTEGER PRIMARY KEY,
    person TEXT NOT NULL UNIQUE,
    name   TEXT NOT NULL,
    label  TEXT
) STRICT;

CREATE TABLE quotations (
    quotation       INTEGER PRIMARY KEY,
    article         INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    part_of         INTEGER,
    start           INTEGER,
    "end"           INTEGER,
    raw_start       INTEGER,
    raw_end         INTEGER,
    kind            TEXT,
    text            TEXT,
    marked          TEXT NOT NULL,
    cue             TEXT,
    cue_start       INTEGER,
    cue_end         INTEGER,
    speaker         TEXT,
    person          TEXT,
    role            TEXT,
    via             TEXT,
    entity          INTEGER,
    speaker_text    TEXT,
    speaker_start   INTEGER,
    speaker_end     INTEGER,
    addressee       TEXT,
    addressee_start INTEGER,
    addressee_end   INTEGER,
    occasion        TEXT,
    occasion_start  INTEGER,
    occasion_end    INTEGER,
    said_on         TEXT,
    negated         INTEGER NOT NULL,
    corrected       INTEGER NOT NULL,
    score           REAL
) STRICT;
CREATE UNIQUE INDEX quotations_by_article ON quotations (article, number);

-- What plugins found.
CREATE TABLE annotations (
    article    INTEGER NOT NULL,
    annotation INTEGER NOT NULL,
    layer      TEXT NOT NULL,
    start      INTEGER,
    "end"      INTEGER,
    kind       TEXT,
    label      TEXT,
    score      REAL,
    data       TEXT,
    PRIMARY KEY (article, annotation)
) STRICT, WITHOUT ROWID;

-- The rows of stories.jsonl, `line` being the digest of one. `digest` and `timeline` are passages of the members:
-- [member, start, end] and [date, [member, start, end]], in code points.
CREATE TABLE stories (
    story       TEXT PRIMARY KEY,
    merged_into TEXT,
    headline    TEXT,
    digest      TEXT NOT NULL,
    timeline    TEXT NOT NULL,
    line        BLOB NOT NULL
) STRICT;

CREATE TABLE story_articles (
    story  TEXT NOT NULL,
    member INTEGER NOT NULL,
    id     TEXT NOT NULL,
    PRIMARY KEY (story, member)
) STRICT, WITHOUT ROWID;

-- Keys of records that stand for another one over articles.
CREATE TABLE story_keys (
    story  TEXT NOT NULL,
    key    TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (story, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE story_quotations (
    story   TEXT NOT NULL,
    number  INTEGER NOT NULL,
    speaker TEXT,
    person  TEXT,
    fullest INTEGER,
    PRIMARY KEY (story, number)
) STRICT, WITHOUT ROWID;

-- `member` names the article among those of the story, `quotation` the one of its record.
CREATE TABLE story_versions (
    story     TEXT NOT NULL,
    number    INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    relation  TEXT NOT NULL,
    member    INTEGER,
    quotation INTEGER,
    start     INTEGER NOT NULL,
    "end"     INTEGER NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (story, number, version)
) STRICT, WITHOUT ROWID;

-- What is still to be brought in line with the stories: articles, and names that may have lost their last entity.
CREATE TABLE unsettled (
    article INTEGER PRIMARY KEY,
    changed INTEGER NOT NULL
) STRICT;
CREATE TABLE stale_names (person TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Full-text indexes. They keep no text of their own: what they show is read from the tables.
CREATE VIRTUAL TABLE article_words USING fts5 (
    title, text, content = 'articles', content_rowid = 'article', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE quotation_words USING fts5 (
    text, content = 'quotations', content_rowid = 'quotation', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE name_words USING fts5 (
    name, content = 'names', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2'
);

-- What the indexes gather before they write it out: bytes.
INSERT INTO article_words(article_words, rank) VALUES ('hashsize', 4194304);
INSERT INTO quotation_words(quotation_words, rank) VALUES ('hashsize', 4194304);

-- Who said what, where and when: a row a quotation, or a part of one.
CREATE VIEW said AS
SELECT q.quotation, coalesce(n.name, q.speaker) AS speaker, q.person, q.role, q.kind, q.text, q.cue, q.said_on,
       q.negated, q.corrected, q.score, a.outlet, a.day, a.title, a.url, a.id, q.number, q.part_of, q.start, q."end", a.article
FROM quotations q JOIN articles a ON a.article = q.article LEFT JOIN names n ON n.person = q.person;

-- Who and what is named in which article, and how often.
CREATE VIEW named AS
SELECT n.name, e.person, e.label, e.country, a.outlet, a.day, a.title, a.url, a.id, e.times, e.entity, a.article
FROM entities e JOIN articles a ON a.article = e.article JOIN names n ON n.person = e.person;

-- The events, with what one line can tell of them.
CREATE VIEW events AS
SELECT s.story, s.headline, count(a.article) AS articles, count(DISTINCT a.outlet) AS outlets,
       min(a.day) AS first_day, max(a.day) AS last_day
FROM stories s JOIN story_articles m ON m.story = s.story LEFT JOIN articles a ON a.id = m.id
WHERE s.merged_into IS NULL GROUP BY s.story;

-- Each outlet's version of the words that several carry; `relation` is to the fullest.
CREATE VIEW versions AS
SELECT s.story, s.headline, q.number, coalesce(n.name, q.speaker) AS speaker, q.person, v.relation,
       v.version = q.fullest AS fullest, a.outlet, a.day, v.text, a.id, v.quotation, v.start, v."end", a.article
FROM story_versions v
JOIN story_quotations q ON q.story = v.story AND q.number = v.number
JOIN stories s ON s.story = v.story
LEFT JOIN story_articles m ON m.story = v.story AND m.member = v.member
LEFT JOIN articles a ON a.id = m.id
LEFT JOIN names n ON n.person = q.person;

-- What the articles of an event say together, and under which dates.
CREATE VIEW digests AS
SELECT s.story, d.key AS number, a.outlet, a.day, substr(a.text, (d.value ->> 1) + 1, (d.value ->> 2) - (d.value ->> 1)) AS text,
       a.id, d.value ->> 1 AS start, d.value ->> 2 AS "end"
FROM stories s, json_each(s.digest) d
LEFT JOIN story_articles m ON m.story = s.story AND m.member = d.value ->> 0 LEFT JOIN articles a ON a.id = m.id;
CREATE VIEW timelines AS
SELECT s.story, t.key AS number, t.value ->> 0 AS date, a.outlet,
       substr(a.text, (t.value ->> '$[1][1]') + 1, (t.value ->> '$[1][2]') - (t.value ->> '$[1][1]')) AS text,
       a.id, t.value ->> '$[1][1]' AS start, t.value ->> '$[1][2]' AS "end"
FROM stories s, json_each(s.timeline) t
LEFT JOIN story_articles m ON m.story = s.story AND m.member = t.value ->> '$[1][0]' LEFT JOIN articles a ON a.id = m.id;

-- The lists that lie in articles as JSON, row by row. Those of mentions are
-- [start, end, text, kind, label, entity, value, score]; `value` is JSON.
CREATE VIEW mentions AS
SELECT a.article, m.key AS mention, m.value ->> 0 AS start, m.value ->> 1 AS "end", m.value ->> 2 AS text,
       m.value ->> 3 AS kind, m.value ->> 4 AS label, m.value ->> 5 AS entity,
       nullif(m.value -> 6, 'null') AS value, m.value ->> 7 AS score
FROM articles a, json_each(a.mentions) m;
CREATE VIEW sentences AS
SELECT a.article, s.key AS sentence, s.value ->> 0 AS start, s.value ->> 1 AS "end"
FROM articles a, json_each(a.sentences) s;
CREATE VIEW keyphrases AS
SELECT a.article, k.key AS number, k.value ->> 'text' AS text, k.value ->> 'score' AS score
FROM articles a, json_each(a.keyphrases) k;
CREATE VIEW summaries AS
SELECT a.article, s.key AS number, s.value ->> 'start' AS start, s.value ->> 'end' AS "end",
       s.value ->> 'text' AS text, s.value ->> 'score' AS score
FROM articles a, json_each(a.summary) s;
CREATE VIEW article_values AS
SELECT a.article, v.key AS name, v.value FROM articles a, json_each(a."values") v;
CREATE VIEW notes AS
SELECT a.article, n.value ->> 'stage' AS stage, n.value ->> 'start' AS start, n.value ->> 'end' AS "end",
       n.value ->> 'message' AS message
FROM articles a, json_each(a.notes) n;
