/* The stage @NAME@/mark: marks the words of a list, and counts them. */
#include "copydesk.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_WORDS = 1000,
    MAX_NAME = 200, /* the longest name, and so the longest label */
    BATCH = 256     /* rows handed over at a time */
};

/* One instance: what create makes of the settings. */
typedef struct mark {
    const copydesk_host *host;
    const copydesk_values_1 *values;
    size_t word_count;
    /* names[0] is the layer, and from 1 on the words follow: their labels. */
    copydesk_bytes names[1 + MAX_WORDS];
} mark;

static copydesk_bytes text(const char *words) {
    copydesk_bytes bytes = {(const uint8_t *)words, strlen(words)};
    return bytes;
}

static void destroy(void *instance) {
    mark *self = instance;
    for (size_t i = 1; i <= self->word_count; i++)
        free((void *)self->names[i].ptr);
    free(self);
}

static int refuse(const copydesk_host *host, copydesk_call *call, const char *why) {
    host->explain(call, text("words"), text(why));
    return 1;
}

/* Reads the words through settings/1; what is borrowed there is copied here. */
static int read_words(mark *self, copydesk_call *call) {
    const copydesk_settings_1 *settings = self->host->ability(COPYDESK_SETTINGS);
    copydesk_bytes word;
    for (size_t i = 0; settings && settings->item(call, text("words"), i, &word); i++) {
        if (i == MAX_WORDS)
            return refuse(self->host, call, "more than 1000 words");
        if (word.len == 0 || word.len > MAX_NAME)
            return refuse(self->host, call, "a word has 1 to 200 bytes");
        uint8_t *copy = malloc(word.len);
        if (!copy)
            return refuse(self->host, call, "no memory left");
        memcpy(copy, word.ptr, word.len);
        self->word_count++;
        self->names[self->word_count].ptr = copy;
        self->names[self->word_count].len = word.len;
    }
    return 0;
}

static int create(const copydesk_host *host, copydesk_call *call, copydesk_bytes settings, void **instance) {
    (void)settings; /* the same as JSON */
    mark *self = calloc(1, sizeof *self);
    if (!self)
        return refuse(host, call, "no memory left");
    self->host = host;
    self->values = host->ability(COPYDESK_VALUES);
    self->names[0] = text("@NAME@.word");
    if (read_words(self, call)) {
        destroy(self);
        return 1;
    }
    *instance = self;
    return 0;
}

/* Hands rows over; the host copies them. */
static int emit(const mark *self, copydesk_call *call, const copydesk_row *rows, size_t count) {
    copydesk_output output = {
        .size = sizeof output,
        .row_size = sizeof(copydesk_row),
        .relation_size = sizeof(copydesk_relation),
        .rows = rows,
        .row_count = count,
        .names = self->names,
        .name_count = 1 + self->word_count,
    };
    return self->host->emit(call, &output);
}

static int process(void *instance, const copydesk_document *document, copydesk_call *call) {
    const mark *self = instance;
    const uint8_t *begin = document->text.ptr, *end = begin + document->text.len;
    copydesk_row rows[BATCH];
    size_t count = 0, total = 0;
    for (size_t i = 1; i <= self->word_count; i++) {
        copydesk_bytes word = self->names[i];
        const uint8_t *at = begin;
        while ((size_t)(end - at) >= word.len && (at = memchr(at, word.ptr[0], (size_t)(end - at) - word.len + 1))) {
            if (memcmp(at, word.ptr, word.len) != 0) {
                at++;
                continue;
            }
            copydesk_row row = {
                .start = (uint32_t)(at - begin),
                .end = (uint32_t)(at - begin + word.len),
                .layer = COPYDESK_FIRST_LOCAL,
                .label = (uint16_t)(COPYDESK_FIRST_LOCAL + i),
                .score = COPYDESK_NO_SCORE,
            };
            rows[count++] = row;
            total++;
            at += word.len;
            if (count == BATCH) {
                if (emit(self, call, rows, count))
                    return COPYDESK_FAIL;
                count = 0;
            }
        }
    }
    if (count && emit(self, call, rows, count))
        return COPYDESK_FAIL;
    if (self->values)
        self->values->number(call, text("@NAME@.words"), (double)total);
    return COPYDESK_KEEP;
}

static const copydesk_bytes reads[] = {COPYDESK_TEXT("text")};
static const copydesk_bytes writes[] = {COPYDESK_TEXT("@NAME@.word"), COPYDESK_TEXT("values")};

static const copydesk_stage stages[] = {{
    .size = sizeof(copydesk_stage),
    .kind = COPYDESK_ARTICLE,
    .flags = COPYDESK_PURE,
    .name = COPYDESK_TEXT("mark"),
    .summary = COPYDESK_TEXT("marks the words of a list, and counts them"),
    .reads = reads,
    .read_count = 1,
    .writes = writes,
    .write_count = 2,
    .settings = COPYDESK_TEXT("{\"type\": \"object\", \"required\": [\"words\"], \"properties\": {"
                              "\"words\": {\"type\": \"array\", \"items\": {\"type\": \"string\"},"
                              " \"description\": \"the words to mark\"}}}"),
    .create = create,
    .destroy = destroy,
    .process = process,
}};

static const copydesk_plugin_table plugin = {
    .size = sizeof(copydesk_plugin_table),
    .abi = COPYDESK_ABI,
    .name = COPYDESK_TEXT("@NAME@"),
    .version = COPYDESK_TEXT("0.1.0"),
    .stages = stages,
    .stage_count = 1,
    .stage_size = sizeof(copydesk_stage),
};

const copydesk_plugin_table *copydesk_plugin(uint32_t host_abi) {
    (void)host_abi; /* the host compares plugin.abi with its own */
    return &plugin;
}
