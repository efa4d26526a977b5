// How our quantization of a model's tensors compares with another program's, for tests/quantize.sh.
// usage: compare_quantized ORIGINAL.gguf THEIRS.gguf …
// Every tensor that THEIRS holds in another type than ORIGINAL is quantized to that type here. A line a type: tensors,
// the mean squared errors of both, their relation, how many tensors are the same bytes, million values a second on one
// thread. Ends with 1 where a type that is defined byte by byte differs, or ours has the larger error.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>
#include <vector>

#include "gguf/gguf_file.h"
#include "quant/dequantize.h"
#include "quant/quantize.h"

using namespace monochord;

namespace {

struct Figures {
    size_t tensors = 0, same = 0;
    double values = 0, ours = 0, theirs = 0;  // sums of squared errors
    double seconds = 0;
};

double squaredError(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); i++) sum += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
    return sum;
}

bool compareTensor(const GgufFile& original, const TensorInfo& from, const GgufFile& theirs, const TensorInfo& to,
                   Figures& figures) {
    std::vector<float> x(from.columns() * from.rows()), y(x.size());
    std::vector<std::byte> bytes(to.bytes);
    if (!dequantizeRow(from.type, original.bytes(from), x)) return false;
    const auto start = std::chrono::steady_clock::now();
    if (!quantizeRow(to.type, x, bytes)) return false;
    figures.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    figures.tensors++;
    figures.same += std::memcmp(bytes.data(), theirs.bytes(to).data(), bytes.size()) == 0;
    figures.values += static_cast<double>(x.size());
    if (!dequantizeRow(to.type, bytes, y)) return false;
    figures.ours += squaredError(x, y);
    if (!dequantizeRow(to.type, theirs.bytes(to), y)) return false;
    figures.theirs += squaredError(x, y);
    return true;
}

bool definedByBytes(TensorType type) {
    return type == TensorType::F32 || type == TensorType::F16 || type == TensorType::BF16 || type == TensorType::Q4_0 ||
           type == TensorType::Q4_1 || type == TensorType::Q5_0 || type == TensorType::Q5_1 || type == TensorType::Q8_0;
}

}  // namespace

int main(int argc, char** argv) {
    std::map<TensorType, Figures> types;
    const auto original = argc > 2 ? GgufFile::open(argv[1]) : fail(ErrorCode::InvalidArgument, "two files are needed");
    if (!original) return fmt::print(stderr, "{}\n", original.error().message), 2;
    for (int i = 2; i < argc; i++) {
        const auto theirs = GgufFile::open(argv[i]);
        if (!theirs) return fmt::print(stderr, "{}: {}\n", argv[i], theirs.error().message), 2;
        for (const TensorInfo& to : (*theirs)->tensors()) {
            const TensorInfo* from = (*original)->tensor(to.name);
            if (!from || from->type == to.type || !canQuantize(to.type)) continue;
            if (!compareTensor(**original, *from, **theirs, to, types[to.type])) return fmt::print("{}?\n", to.name), 2;
        }
    }
    bool good = true;
    for (const auto& [type, f] : types) {
        const bool fine = definedByBytes(type) ? f.same == f.tensors : f.ours <= f.theirs;
        good = good && fine;
        fmt::print("{:8}{:5} tensors  {:.5e} {:.5e}  {:.4f}  {:5} the same  {:6.1f} M/s{}\n", tensorTypeInfo(type).name,
                   f.tensors, f.ours / f.values, f.theirs / f.values, f.theirs > 0 ? f.ours / f.theirs : 1.0, f.same,
                   f.values / f.seconds / 1e6, fine ? "" : "  WORSE");
    }
    return good ? 0 : 1;
}
