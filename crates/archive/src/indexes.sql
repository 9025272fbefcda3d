-- Made when the tables are full, which is faster than keeping them up meanwhile: their keys come in no order.
CREATE INDEX entities_by_person ON entities (person);
CREATE INDEX quotations_by_person ON quotations (person, article, part_of, number);
CREATE INDEX annotations_by_label ON annotations (layer, label);
CREATE INDEX story_articles_by_id ON story_articles (id);
