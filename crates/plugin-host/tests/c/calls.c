/* A plugin that uses every function of the host, rightly and wrongly, as its setting `how` says. */
#include "copydesk.h"

#include <stdlib.h>
#include <string.h>

typedef struct instance {
    const copydesk_host *host;
    copydesk_call *last; /* the call before this one, kept for too long */
    char how[32];
    double factor;
} instance;

static int is(const instance *self, const char *how) { return strcmp(self->how, how) == 0; }

static copydesk_bytes text(const char *words) {
    copydesk_bytes bytes = {(const uint8_t *)words, strlen(words)};
    return bytes;
}

static int create(const copydesk_host *host, copydesk_call *call, copydesk_bytes settings, void **made) {
    static const copydesk_bytes how_key = COPYDESK_TEXT("how"), factor_key = COPYDESK_TEXT("factor"),
                                words_key = COPYDESK_TEXT("words"), on_key = COPYDESK_TEXT("on");
    const copydesk_settings_1 *read = host->ability(COPYDESK_SETTINGS);
    copydesk_bytes how, word;
    instance *self = calloc(1, sizeof *self);
    int on = 0;
    (void)settings;
    if (self == NULL || host->ability("unknown/7") != NULL || !read->text(call, how_key, &how)) return 1;
    if (read->number(call, how_key, &self->factor) || read->text(call, text("absent"), &how)) return 1;
    if (!read->number(call, factor_key, &self->factor) || !read->truth(call, on_key, &on) || !on) return 1;
    if (!read->item(call, words_key, 1, &word) || read->item(call, words_key, 2, &word)) return 1;
    if (word.len == 6 && memcmp(word.ptr, "refuse", 6) == 0) {
        host->explain(call, words_key, text("the second word is refused"));
        host->explain(call, how_key, text("a second explanation does not count"));
        return 1;
    }
    memcpy(self->how, how.ptr, how.len < 31 ? how.len : 31);
    self->host = host;
    *made = self;
    return 0;
}

static int process(void *made, const copydesk_document *document, copydesk_call *call) {
    static const copydesk_bytes names[] = {COPYDESK_TEXT("calls.row")};
    static const copydesk_bytes value = COPYDESK_TEXT("calls.value");
    instance *self = made;
    const copydesk_host *host = self->host;
    copydesk_row row = {COPYDESK_NO_SPAN, COPYDESK_NO_SPAN, 256, 0, 0, 0, COPYDESK_NO_SCORE, 0, 0, 0};
    copydesk_relation odd = {0, 0, 256, 0};
    copydesk_output output = {
        sizeof(copydesk_output), sizeof(copydesk_row), sizeof(copydesk_relation), 0, &row, 1, NULL, 0, {NULL, 0}, names, 1};
    const copydesk_values_1 *values = host->ability(COPYDESK_VALUES);
    const copydesk_log_1 *log = host->ability(COPYDESK_LOG);
    const copydesk_cancel_1 *cancel = host->ability(COPYDESK_CANCEL);
    copydesk_call *last = self->last;
    size_t at;
    self->last = call;
    if (cancel->cancelled(call)) return COPYDESK_FAIL;
    log->log(call, COPYDESK_DEBUG, document->id);
    if (is(self, "values")) {
        /* The number of sentences, times the factor. */
        double sentences = 0;
        for (at = 0; at < document->row_count; at++) sentences += document->rows[at].layer == COPYDESK_NAME_SENTENCES;
        values->number(call, value, sentences * self->factor);
        values->json(call, text("calls.json"), text("{\"a\": [1]}"));
        return COPYDESK_KEEP;
    }
    if (is(self, "field")) {
        for (at = 0; at < document->field_count; at++) {
            const copydesk_field *field = &document->fields[at];
            if (field->key.len == 9 && memcmp(field->key.ptr, "meta.desk", 9) == 0) values->json(call, value, field->value);
        }
        return COPYDESK_KEEP;
    }
    if (is(self, "infinite")) values->number(call, value, 1e308 * 10);
    if (is(self, "null")) return host->emit(call, NULL), COPYDESK_KEEP;
    if (is(self, "size")) output.size = 8;
    if (is(self, "row-size")) output.row_size = 16;
    if (is(self, "no-rows")) output.rows = NULL;
    if (is(self, "unaligned")) output.rows = (const copydesk_row *)((const char *)&row + 1);
    if (is(self, "huge")) output.row_count = SIZE_MAX / 2;
    if (is(self, "null-name")) output.name_count = 1, output.names = (const copydesk_bytes[]){{NULL, 3}};
    if (is(self, "outcome")) return 17;
    if (is(self, "silent")) return COPYDESK_DISCARD;
    if (is(self, "late")) {
        /* The call before this one is over where it was another; here the host has only one for us. */
        if (last != NULL && last != call && host->emit(last, &output) != 1) return COPYDESK_FATAL;
    }
    if (is(self, "null-call")) return host->emit(NULL, &output) == 1 ? COPYDESK_KEEP : COPYDESK_FATAL;
    if (is(self, "many")) {
        for (at = 0; at < 100; at++)
            if (host->emit(call, &output) != 0) return COPYDESK_FATAL;
    }
    if (is(self, "endless")) {
        while (host->emit(call, &output) == 0) continue;
        return COPYDESK_KEEP;
    }
    if (is(self, "relation")) output.relations = &odd, output.relation_count = 1;
    return host->emit(call, &output) == 0 ? COPYDESK_KEEP : COPYDESK_FAIL;
}

static void destroy(void *made) { free(made); }

static const copydesk_bytes writes[] = {COPYDESK_TEXT("calls.row"), COPYDESK_TEXT("values")};

static const copydesk_stage stages[] = {{
    .size = sizeof(copydesk_stage),
    .kind = COPYDESK_ARTICLE,
    .flags = COPYDESK_PURE SHARED,
    .name = COPYDESK_TEXT("call"),
    .summary = COPYDESK_TEXT("calls the host"),
    .writes = writes,
    .write_count = 2,
    .settings = COPYDESK_TEXT("{\"properties\": {\"how\": {\"type\": \"string\", \"default\": \"\"},"
                              "\"factor\": {\"type\": \"number\", \"default\": 2},"
                              "\"on\": {\"type\": \"boolean\", \"default\": true},"
                              "\"words\": {\"type\": \"array\", \"items\": {\"type\": \"string\"},"
                              "\"default\": [\"one\", \"two\"]}}}"),
    .create = create,
    .destroy = destroy,
    .process = process,
}};

static const copydesk_plugin_table table = {
    .size = sizeof(copydesk_plugin_table),
    .abi = COPYDESK_ABI,
    .name = COPYDESK_TEXT("calls"),
    .version = COPYDESK_TEXT("0.1.0"),
    .stages = stages,
    .stage_count = 1,
    .stage_size = sizeof(copydesk_stage),
};

const copydesk_plugin_table *copydesk_plugin(uint32_t host_abi) { return host_abi == COPYDESK_ABI ? &table : NULL; }
