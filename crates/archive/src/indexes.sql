-- Made when the first records are in, which is faster than keeping them up meanwhile.
CREATE INDEX IF NOT EXISTS articles_by_day ON articles (day);
CREATE INDEX IF NOT EXISTS articles_by_outlet ON articles (outlet, day);
CREATE INDEX IF NOT EXISTS articles_by_story ON articles (story);
CREATE INDEX IF NOT EXISTS entities_by_person ON entities (person);
CREATE INDEX IF NOT EXISTS quotations_by_person ON quotations (person, article, part_of, number);
CREATE INDEX IF NOT EXISTS annotations_by_label ON annotations (layer, label);
CREATE INDEX IF NOT EXISTS story_articles_by_id ON story_articles (id);
