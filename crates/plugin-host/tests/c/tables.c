/* A plugin whose tables are wrong in the way that WRONG says; right where it says nothing. */
#include "copydesk.h"

static int create(const copydesk_host *host, copydesk_call *call, copydesk_bytes settings, void **instance) {
    (void)host, (void)call, (void)settings;
    *instance = NULL;
    return 0;
}

static int process(void *instance, const copydesk_document *document, copydesk_call *call) {
    (void)instance, (void)document, (void)call;
    return COPYDESK_KEEP;
}

#define NO_TABLE 0
#define ABI COPYDESK_ABI
#define TABLE_SIZE sizeof(copydesk_plugin_table)
#define STAGE_SIZE sizeof(copydesk_stage)
#define NAME COPYDESK_TEXT("tables")
#define VERSION COPYDESK_TEXT("1")
#define NO_STAGES 0
#define WRITES COPYDESK_TEXT("tables.row")
#define KIND COPYDESK_ARTICLE
#define FLAGS 0
#define NO_PROCESS 0
#define SETTINGS COPYDESK_TEXT("")
WRONG

static const copydesk_bytes writes[] = {WRITES};

static const copydesk_stage stages[] = {{
    .size = STAGE_SIZE,
    .kind = KIND,
    .flags = FLAGS,
    .name = COPYDESK_TEXT("one"),
    .summary = COPYDESK_TEXT("does nothing"),
    .writes = writes,
    .write_count = 1,
    .settings = SETTINGS,
    .create = create,
    .process = NO_PROCESS ? NULL : process,
}};

static const copydesk_plugin_table table = {
    .size = TABLE_SIZE,
    .abi = ABI,
    .name = NAME,
    .version = VERSION,
    .stages = NO_STAGES ? NULL : stages,
    .stage_count = 1,
    .stage_size = STAGE_SIZE,
};

const copydesk_plugin_table *copydesk_plugin(uint32_t host_abi) {
    (void)host_abi;
    return NO_TABLE ? NULL : &table;
}
