// Any bytes as a model file: what `inspect` and `validate --deep` do with it, which is every check of loading.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "fuzz/fuzz_target.h"
#include "monochord/inspect.h"
#include "monochord/validate.h"

namespace {

/// A file in memory: a disk would be most of the time.
class MemoryFile {
public:
    MemoryFile() : m_descriptor(memfd_create("input", MFD_CLOEXEC)) {}
    bool write(const uint8_t* data, size_t size) const {
        return ftruncate(m_descriptor, 0) == 0 && pwrite(m_descriptor, data, size, 0) == static_cast<ssize_t>(size);
    }
    std::string path() const { return "/proc/self/fd/" + std::to_string(m_descriptor); }

private:
    int m_descriptor;
};

}  // namespace

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
