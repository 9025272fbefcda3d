/* How hard an English article is to read: words, sentences, syllables, Flesch's reading ease.
 *
 * A plugin in C without any dependency: one stage, `readability/score`, that reads the sentences and writes
 * values of the whole article. Build it with `make`, or by hand:
 *
 *     cc -O2 -Wall -Wextra -fPIC -shared -I ../../crates/plugin-abi/include -o libreadability.so readability.c
 *
 * Reading ease is 206.835 - 1.015 words/sentences - 84.6 syllables/words (Flesch 1948, "A new readability
 * yardstick"). Flesch counted syllables by ear; here they are groups of vowels, without a silent final e.
 */
#include "copydesk.h"

#include <stdlib.h>

/* What one instance knows. */
typedef struct score {
    const copydesk_host *host;
    const copydesk_values_1 *values;
    double min_words;
} score;

/* What is counted in one article. */
typedef struct counts {
    uint64_t words, syllables, sentences;
} counts;

static copydesk_bytes text(const char *literal, size_t len) {
    copydesk_bytes bytes = {(const uint8_t *)literal, len};
    return bytes;
}
#define TEXT(literal) text("" literal, sizeof(literal) - 1)

static int is_letter(uint8_t byte) {
    /* Every byte of a character beyond ASCII counts as a letter: accented letters are, and typographic
     * marks are told apart by is_mark. */
    uint8_t lower = byte | 0x20;
    return (lower >= 'a' && lower <= 'z') || byte >= 0x80;
}

/* Bytes of the typographic mark at `at` (dashes, curly marks, ellipsis: U+2010 to U+203F), else 0. */
static size_t is_mark(copydesk_bytes all, size_t at, size_t end) {
    return end - at >= 3 && all.ptr[at] == 0xE2 && all.ptr[at + 1] == 0x80 && all.ptr[at + 2] >= 0x90 ? 3 : 0;
}

static int is_vowel(uint8_t byte) {
    switch (byte | 0x20) {
    case 'a': case 'e': case 'i': case 'o': case 'u': case 'y': return 1;
    default: return 0;
    }
}

/* Syllables of the word in bytes [start, end): groups of vowels, at least one. */
static uint64_t syllables(copydesk_bytes all, size_t start, size_t end) {
    uint64_t groups = 0;
    int inside = 0;
    for (size_t at = start; at < end; at++) {
        /* The lead byte of a two-byte letter (é, ü, ø) stands for a vowel: most of them are. */
        int vowel = is_vowel(all.ptr[at]) || all.ptr[at] == 0xC3;
        groups += vowel && !inside;
        inside = vowel || (inside && all.ptr[at] >= 0x80);
    }
    /* "made", "hope", but not "table", "the", "agree". */
    int silent = end - start > 2 && (all.ptr[end - 1] | 0x20) == 'e' && !is_vowel(all.ptr[end - 2]) &&
                 (all.ptr[end - 2] | 0x20) != 'l';
    if (silent && groups > 1) groups--;
    return groups ? groups : 1;
}

/* Counts the words of bytes [start, end): runs of letters; an apostrophe inside a word belongs to it. */
static void count_words(copydesk_bytes all, size_t start, size_t end, counts *found) {
    size_t at = start;
    while (at < end) {
        size_t mark = is_mark(all, at, end);
        if (mark || !is_letter(all.ptr[at])) {
            at += mark ? mark : 1;
            continue;
        }
        size_t word = at;
        while (at < end && !is_mark(all, at, end) &&
               (is_letter(all.ptr[at]) ||
                (all.ptr[at] == '\'' && at + 1 < end && is_letter(all.ptr[at + 1]) && !is_mark(all, at + 1, end)))) {
            at++;
        }
        found->words++;
        found->syllables += syllables(all, word, at);
    }
}

static int create(const copydesk_host *host, copydesk_call *call, copydesk_bytes settings, void **instance) {
    (void)settings; /* read by key below */
    const copydesk_values_1 *values = host->ability(COPYDESK_VALUES);
    const copydesk_settings_1 *read = host->ability(COPYDESK_SETTINGS);
    score *made = malloc(sizeof *made);
    if (!values || !read || !made) {
        free(made);
        host->explain(call, TEXT(""), TEXT("the host lacks values/1 or settings/1, or memory"));
        return 1;
    }
    made->host = host;
    made->values = values;
    made->min_words = 0;
    read->number(call, TEXT("min_words"), &made->min_words);
    *instance = made;
    return 0;
}

static int process(void *instance, const copydesk_document *document, copydesk_call *call) {
    const score *this = instance;
    const copydesk_values_1 *values = this->values;
    counts found = {0, 0, 0};
    for (size_t number = 0; number < document->row_count; number++) {
        /* Rows may be longer in a later version: step by the size that the host says. */
        const copydesk_row *row =
            (const copydesk_row *)((const uint8_t *)document->rows + number * document->row_size);
        if (row->layer == COPYDESK_NAME_SENTENCES && row->start != COPYDESK_NO_SPAN) {
            uint64_t before = found.words;
            count_words(document->text, row->start, row->end, &found);
            found.sentences += found.words > before;
        }
    }
    values->number(call, TEXT("readability.words"), (double)found.words);
    values->number(call, TEXT("readability.sentences"), (double)found.sentences);
    values->number(call, TEXT("readability.syllables"), (double)found.syllables);
    if (found.words > 0 && (double)found.words >= this->min_words) {
        double words = (double)found.words;
        double ease = 206.835 - 1.015 * (words / (double)found.sentences) - 84.6 * ((double)found.syllables / words);
        /* Two decimals are more than the measure bears, and read better. */
        double hundredths = ease * 100.0 + (ease < 0 ? -0.5 : 0.5);
        values->number(call, TEXT("readability.flesch"), (double)(int64_t)hundredths / 100.0);
    }
    return COPYDESK_KEEP;
}

static const copydesk_bytes reads[] = {COPYDESK_TEXT("text"), COPYDESK_TEXT("sentences")};
static const copydesk_bytes writes[] = {COPYDESK_TEXT("values")};

static const copydesk_stage stages[] = {{
    .size = sizeof(copydesk_stage),
    .kind = COPYDESK_ARTICLE,
    .flags = COPYDESK_PURE | COPYDESK_SHARED,
    .name = COPYDESK_TEXT("score"),
    .summary = COPYDESK_TEXT("words, sentences and Flesch's reading ease, as values of the article"),
    .reads = reads,
    .read_count = sizeof reads / sizeof *reads,
    .writes = writes,
    .write_count = sizeof writes / sizeof *writes,
    .settings = COPYDESK_TEXT(
        "{\"type\": \"object\", \"properties\": {\"min_words\": {\"type\": \"integer\", \"minimum\": 0,"
        " \"maximum\": 1000000, \"default\": 100,"
        " \"description\": \"articles with fewer words get no reading ease\"}}}"),
    .create = create,
    .destroy = free,
    .process = process,
}};

static const copydesk_plugin_table plugin = {
    .size = sizeof(copydesk_plugin_table),
    .abi = COPYDESK_ABI,
    .name = COPYDESK_TEXT("readability"),
    .version = COPYDESK_TEXT("0.1.0"),
    .stages = stages,
    .stage_count = sizeof stages / sizeof *stages,
    .stage_size = sizeof(copydesk_stage),
};

COPYDESK_EXPORT const copydesk_plugin_table *copydesk_plugin(uint32_t host_abi) {
    return host_abi == COPYDESK_ABI ? &plugin : NULL;
}
