/* The boundary between copydesk and its plugins, for authors in C.
 *
 * A plugin is a dynamic library that exports one function, copydesk_plugin. In pipeline.toml it is
 * named by a [[plugin]] table, and its stages are used like any other: use = "plugin/stage".
 * The Rust types in plugin-abi are the same; a test compares every size, offset and number.
 *
 * The rules
 * ---------
 * Versions. COPYDESK_ABI is major << 16 | minor and has nothing to do with the product's version. While
 *   the major number is 0, both sides must have the same number. From 1.0 on, minor versions only
 *   append: every table begins with its size in bytes, arrays come with the size of an element, a reader
 *   takes what it knows and treats what is not there as zero.
 * Memory. Nobody frees the other side's memory. What is passed in is borrowed until the call returns. What is
 *   handed to the host is copied before that call returns. The tables behind copydesk_plugin, and
 *   everything they point to, live as long as the process. A library is never unloaded.
 * Threads. Calls on one instance never overlap, but may come from different threads, one after the other;
 *   with COPYDESK_SHARED one instance serves several threads at once. An ordered stage has one instance
 *   and sees every article in input order. create and destroy are called by one thread at a time.
 * Errors. process returns an outcome, having said why through explain where it is not COPYDESK_KEEP. What was
 *   emitted in a call that fails is thrown away. No C++ exception may leave a function of the plugin.
 * Trust. Every row, relation, name and value is checked before the article changes. A bad one makes the
 *   article a dead letter that names the plugin.
 * Purity. The same article and settings give the same answer: no clock, no network, no files after create.
 */
#ifndef COPYDESK_H
#define COPYDESK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define COPYDESK_ABI_MAJOR 0u
#define COPYDESK_ABI_MINOR 1u
#define COPYDESK_ABI (COPYDESK_ABI_MAJOR << 16 | COPYDESK_ABI_MINOR)

#if defined(_WIN32)
#define COPYDESK_EXPORT __declspec(dllexport)
#else
#define COPYDESK_EXPORT __attribute__((visibility("default")))
#endif

/* ---- An article ---------------------------------------------------------------------------------- */

/* Borrowed bytes. Text is UTF-8 and not ended by a zero; ptr may be null where len is 0. */
typedef struct copydesk_bytes {
    const uint8_t *ptr;
    size_t len;
} copydesk_bytes;

/* The bytes of a string literal: COPYDESK_TEXT("sentences"). */
#define COPYDESK_TEXT(literal) {(const uint8_t *)("" literal), sizeof(literal) - 1}

/* start and end of a row without a span. */
#define COPYDESK_NO_SPAN UINT32_MAX
/* The score of a row that was given none. */
#define COPYDESK_NO_SCORE (-1.0f)
/* Flag of a quotation that reports what was not said. */
#define COPYDESK_NEGATED 1u

/* One annotation: 32 bytes, no padding. layer, kind and label are names: below 256 the fixed ones
 * at the end of this file, from 256 on an index into the names that come with the rows. */
typedef struct copydesk_row {
    uint32_t start;       /* byte of the text where it starts, on a character border, or COPYDESK_NO_SPAN */
    uint32_t end;         /* byte where it ends, exclusive, or COPYDESK_NO_SPAN */
    uint16_t layer;       /* the layer that the row belongs to */
    uint16_t kind;        /* what sort of annotation within its layer, or 0 */
    uint16_t label;       /* the class it was given, or 0 */
    uint16_t producer;    /* the stage that wrote it; the host fills it in */
    float score;          /* confidence from 0 to 1, or COPYDESK_NO_SCORE */
    uint32_t value_start; /* where the value starts in the bytes of values */
    uint32_t value_len;   /* bytes of the value, UTF-8 JSON; 0 for none */
    uint32_t flags;       /* COPYDESK_NEGATED; the other bits are zero */
} copydesk_row;

/* A directed link between two rows, such as quotation -speaker-> part: 12 bytes. */
typedef struct copydesk_relation {
    uint32_t from;     /* the row it starts from; rows are counted over all layers */
    uint32_t to;       /* the row it points to */
    uint16_t role;     /* what the second is to the first, a name */
    uint16_t producer; /* as in a row */
} copydesk_relation;

/* One value of the article's metadata; byline may come several times. */
typedef struct copydesk_field {
    copydesk_bytes key;   /* title, dek, byline, published, modified, outlet, url, language, or meta.NAME */
    copydesk_bytes value; /* text, or JSON for meta.NAME */
    copydesk_bytes from;  /* where it came from (sidecar, json-ld); empty for meta.NAME */
    float confidence;     /* from 0 to 1 */
    uint32_t supplied;    /* 1 where it came with the article rather than from a stage */
} copydesk_field;

/* An article, borrowed until process returns. */
typedef struct copydesk_document {
    uint32_t size;          /* bytes of this table */
    uint32_t row_size;      /* bytes of a row */
    uint32_t relation_size; /* bytes of a relation */
    uint32_t field_size;    /* bytes of a field */
    copydesk_bytes id;      /* identity of the article over drops */
    copydesk_bytes text;    /* the clean text, below 4 GiB */
    const copydesk_row *rows; /* every row of every layer, in the order in which they were added */
    size_t row_count;
    const copydesk_relation *relations;
    size_t relation_count;
    copydesk_bytes values; /* what the rows' value_start counts in */
    const copydesk_bytes *names; /* the names that this document numbers from 256 on */
    size_t name_count;
    const copydesk_field *fields;
    size_t field_count;
} copydesk_document;

/* What a stage adds to an article; copied within emit. Relations count rows over the document's and then
 * the new ones: the first new row has the number row_count of the document. Several calls of emit
 * continue one another; values and names count in their own call alone. */
typedef struct copydesk_output {
    uint32_t size;          /* bytes of this table: sizeof(copydesk_output) */
    uint32_t row_size;      /* sizeof(copydesk_row) */
    uint32_t relation_size; /* sizeof(copydesk_relation) */
    uint32_t reserved;      /* zero */
    const copydesk_row *rows;
    size_t row_count;
    const copydesk_relation *relations;
    size_t relation_count;
    copydesk_bytes values;       /* what the new rows' value_start counts in: UTF-8 JSON texts */
    const copydesk_bytes *names; /* the names that the new rows number from 256 on; at most 200 bytes each */
    size_t name_count;
} copydesk_output;

/* ---- The host ------------------------------------------------------------------------------------ */

/* One call of create, process or restore, to be handed back to the host; opaque. It is over when
 * that function returns; a host function that gets it later does nothing. */
typedef struct copydesk_call copydesk_call;

/* What the host offers; valid as long as the process. */
typedef struct copydesk_host {
    uint32_t size; /* bytes of this table */
    uint32_t abi;  /* the host's COPYDESK_ABI */
    /* Within process, from any thread: adds rows, relations, values. Returns 0, or 1 where the call is over
     * or the tables make no sense; then stop. The tables are copied. */
    int (*emit)(copydesk_call *call, const copydesk_output *output);
    /* Within any call: says why. The reason of a discard, the cause of a failure, the setting (about)
     * that does not fit; about may be empty. The first one counts. Both texts are copied. */
    void (*explain)(copydesk_call *call, copydesk_bytes about, copydesk_bytes message);
    /* Any time: the host's ability with this id, a zero-ended text, or null. */
    const void *(*ability)(const char *id);
} copydesk_host;

/* ---- What a library exports ----------------------------------------------------------------------- */

/* What process returns. */
enum {
    COPYDESK_KEEP = 0,    /* the article goes on */
    COPYDESK_DISCARD = 1, /* it goes no further, on purpose; the reason was explained */
    COPYDESK_FAIL = 2,    /* it cannot be processed; the others can */
    COPYDESK_RETRY = 3,   /* it may succeed if tried again at once */
    COPYDESK_FATAL = 4,   /* no article can be processed from here on; the run ends, and the next one takes this article again */
    COPYDESK_PANIC = 5    /* the stage gave up in the middle; its instance is destroyed, but for an ordered one */
};

/* What kind of stage it is. */
enum {
    COPYDESK_ARTICLE = 0, /* sees one article at a time, on any worker, in any order */
    COPYDESK_ORDERED = 1  /* sees every article in input order, one instance for the whole run */
};

/* Bits of flags. */
#define COPYDESK_PURE UINT64_C(1)   /* the output depends on text, metadata, layers and settings alone */
#define COPYDESK_SHARED UINT64_C(2) /* one instance may be called from several threads at once */

/* One stage of a library. */
typedef struct copydesk_stage {
    uint32_t size;          /* bytes of this table: sizeof(copydesk_stage) */
    uint32_t kind;          /* COPYDESK_ARTICLE or COPYDESK_ORDERED */
    uint64_t flags;         /* COPYDESK_PURE, COPYDESK_SHARED */
    copydesk_bytes name;    /* the part after / in use: lowercase letters, digits and inner hyphens */
    copydesk_bytes summary; /* one line for people, lowercase, without a full stop */
    const copydesk_bytes *reads; /* layers that some stage before must write, such as sentences */
    size_t read_count;
    const copydesk_bytes *reads_if_present; /* layers that are read if they are there */
    size_t read_if_present_count;
    const copydesk_bytes *writes; /* layers it writes: core layers, or its own, which have a dot */
    size_t write_count;
    copydesk_bytes settings; /* JSON Schema of its settings, an object with properties; empty for none */
    /* Makes an instance from checked settings, a JSON object with the defaults filled in, and puts it into
     * *instance. Returns 0; else what is wrong was said through explain, whose about names the setting.
     * Called by one thread at a time, before the first article; host is valid as long as the process. */
    int (*create)(const copydesk_host *host, copydesk_call *call, copydesk_bytes settings, void **instance);
    /* Frees an instance; may be null. Called by one thread at a time, never while a call on it runs. */
    void (*destroy)(void *instance);
    /* Works on one article and returns an outcome. Called from any thread, one call at a time on an
     * instance (but see COPYDESK_SHARED). document and call are borrowed until it returns. */
    int (*process)(void *instance, const copydesk_document *document, copydesk_call *call);
    /* The stage's own ability with this zero-ended id, such as "state/1", or null; may be null itself. */
    const void *(*ability)(const char *id);
} copydesk_stage;

/* What a library is and which stages it holds. */
typedef struct copydesk_plugin_table {
    uint32_t size;          /* bytes of this table: sizeof(copydesk_plugin_table) */
    uint32_t abi;           /* COPYDESK_ABI */
    copydesk_bytes name;    /* lowercase letters, digits and inner hyphens */
    copydesk_bytes version; /* its own version; part of every stage's key */
    const copydesk_stage *stages;
    size_t stage_count;
    uint32_t stage_size; /* sizeof(copydesk_stage) */
    uint32_t reserved;   /* zero */
} copydesk_plugin_table;

/* The one symbol that a library exports. Called once, by the thread that reads the pipeline; returns a
 * table that lives as long as the process, or null where the plugin cannot work with that host. */
COPYDESK_EXPORT const copydesk_plugin_table *copydesk_plugin(uint32_t host_abi);

/* ---- Abilities: asked for by id; an unknown id gives null ------------------------------------------ */

/* "state/1", the host's: keeps what an article changed in an ordered stage. */
#define COPYDESK_STATE "state/1"
typedef struct copydesk_host_state_1 {
    uint32_t size;
    uint32_t reserved;
    /* Within process: these bytes are the change of state that this article made. They are stored with its
     * outcome, whatever that is, and handed to restore in the same order when the run is continued.
     * The last call counts; none means that nothing changed. The bytes are copied. */
    void (*change)(copydesk_call *call, copydesk_bytes change);
} copydesk_host_state_1;

/* "state/1", the stage's. */
typedef struct copydesk_stage_state_1 {
    uint32_t size;
    uint32_t reserved;
    /* Applies one change, before the first process. Returns 0; else why not was explained. */
    int (*restore)(void *instance, copydesk_bytes change, copydesk_call *call);
} copydesk_stage_state_1;

/* "values/1": values of the whole article without building rows; the stage writes the layer values. */
#define COPYDESK_VALUES "values/1"
typedef struct copydesk_values_1 {
    uint32_t size;
    uint32_t reserved;
    /* Within process: sets name (with a dot: readability.flesch) to a finite number. */
    void (*number)(copydesk_call *call, copydesk_bytes name, double value);
    /* Within process: sets name to a JSON text. */
    void (*json)(copydesk_call *call, copydesk_bytes name, copydesk_bytes value);
} copydesk_values_1;

/* "settings/1": reads settings by key within create, without a JSON parser. Each function returns 1 and
 * fills in *value, or returns 0 where the key is absent or of another type. */
#define COPYDESK_SETTINGS "settings/1"
typedef struct copydesk_settings_1 {
    uint32_t size;
    uint32_t reserved;
    /* A number; a size is in bytes, a duration in milliseconds. */
    int (*number)(copydesk_call *call, copydesk_bytes key, double *value);
    /* true or false, as 1 or 0. */
    int (*truth)(copydesk_call *call, copydesk_bytes key, int *value);
    /* A text, borrowed until create returns. */
    int (*text)(copydesk_call *call, copydesk_bytes key, copydesk_bytes *value);
    /* Number index of a list of texts, borrowed until create returns. */
    int (*item)(copydesk_call *call, copydesk_bytes key, size_t index, copydesk_bytes *value);
} copydesk_settings_1;

/* "log/1": a line in the program's log. */
#define COPYDESK_LOG "log/1"
enum { COPYDESK_ERROR = 1, COPYDESK_WARN = 2, COPYDESK_INFO = 3, COPYDESK_DEBUG = 4 };
typedef struct copydesk_log_1 {
    uint32_t size;
    uint32_t reserved;
    /* Within any call, from any thread. No text of articles above COPYDESK_DEBUG. */
    void (*log)(copydesk_call *call, int level, copydesk_bytes message);
} copydesk_log_1;

/* "cancel/1": whether to give up on this article. */
#define COPYDESK_CANCEL "cancel/1"
typedef struct copydesk_cancel_1 {
    uint32_t size;
    uint32_t reserved;
    /* Within process, from any thread: 1 once the article has taken longer than the stage's timeout; then
     * return soon, with any outcome. A stage that does not return ends the program. */
    int (*cancelled)(copydesk_call *call);
} copydesk_cancel_1;

/* ---- Names with fixed numbers ---------------------------------------------------------------------- */

/* The names that rows and relations of every document share. Numbers are only ever added. */
enum {
    COPYDESK_NONE = 0,
    /* layers */
    COPYDESK_NAME_TEXT = 1,
    COPYDESK_NAME_SENTENCES = 2,
    COPYDESK_NAME_MENTIONS = 3,
    COPYDESK_NAME_ENTITIES = 4,
    COPYDESK_NAME_QUOTATIONS = 5,
    COPYDESK_NAME_TURNS = 6,
    COPYDESK_NAME_SUMMARY = 7,
    COPYDESK_NAME_KEYPHRASES = 8,
    COPYDESK_NAME_VALUES = 9,
    COPYDESK_NAME_NOTES = 10,
    COPYDESK_NAME_STORY = 11,
    COPYDESK_NAME_PARTS = 12,
    /* kinds of mention and speaker */
    COPYDESK_NAME_NAME = 32,
    COPYDESK_NAME_DESCRIPTION = 33,
    COPYDESK_NAME_PRONOUN = 34,
    COPYDESK_NAME_VALUE = 35,
    COPYDESK_NAME_CARRIED = 36,
    /* kinds of quotation and turn */
    COPYDESK_NAME_DIRECT = 48,
    COPYDESK_NAME_MIXED = 49,
    COPYDESK_NAME_INDIRECT = 50,
    COPYDESK_NAME_QUESTION = 51,
    COPYDESK_NAME_ANSWER = 52,
    /* labels */
    COPYDESK_NAME_PER = 64,
    COPYDESK_NAME_ORG = 65,
    COPYDESK_NAME_LOC = 66,
    COPYDESK_NAME_MISC = 67,
    COPYDESK_NAME_DATE = 68,
    COPYDESK_NAME_MONEY = 69,
    COPYDESK_NAME_QUANTITY = 70,
    /* roles of relations and kinds of parts */
    COPYDESK_NAME_ENTITY = 96,
    COPYDESK_NAME_SPEAKER = 97,
    COPYDESK_NAME_CUE = 98,
    COPYDESK_NAME_MARKED = 99,
    COPYDESK_NAME_PART_OF = 100,
    COPYDESK_NAME_ADDRESSEE = 101,
    COPYDESK_NAME_OCCASION = 102,
    COPYDESK_NAME_SAID_ON = 103,
    COPYDESK_NAME_ROLE = 104,
    COPYDESK_NAME_KEY = 105,
    COPYDESK_NAME_COUNTRY = 106,
    /* the first number of a name that is not fixed */
    COPYDESK_FIRST_LOCAL = 256
};

#ifdef __cplusplus
}
#endif

#endif
