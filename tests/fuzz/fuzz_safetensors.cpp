// Any bytes as a file of weights: the header is refused or every value of every tensor can be read.
#include <array>

#include "convert/safetensors.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace monochord;
    static const MemoryFile memory;
    PROMISE(memory.write(data, size));
    const auto file = SafetensorsFile::open(memory.path());
    if (!file) PROMISE(!file.error().message.empty() && file.error().message.size() < 2000);
    if (!file) return 0;
    uint64_t bytes = 0;
    for (const SourceTensor& tensor : file->tensors()) {
        bytes += tensor.data.size();
        if (tensor.type == SourceType::Other) continue;
        std::array<float, 1> value{};
        for (uint64_t i = 0; i < tensor.count(); i++) readValues(tensor, i, 1, value);
    }
    PROMISE(bytes <= size);
    return 0;
}
