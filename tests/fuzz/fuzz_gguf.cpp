// Any bytes as a model file: what `inspect` and `validate --deep` do with it, which is every check of loading.
#include "fuzz/fuzz_target.h"
#include "fuzz/memory_file.h"
#include "monochord/inspect.h"
#include "monochord/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace monochord;
    static const MemoryFile file;
    PROMISE(file.write(data, size));
    const auto summary = inspectModel(file.path(), {.context = 4096});
    const auto problems = validateModel(file.path(), {.deep = true});
    PROMISE(problems);
    PROMISE(summary || !problems->empty());
    if (summary)
        for (const MetadataItem& item : summary->metadata) PROMISE(displayText(item).size() < 1000);
    for (const Error& problem : *problems) PROMISE(!problem.message.empty() && problem.message.size() < 2000);
    return 0;
}
