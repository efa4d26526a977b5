// How a quantized model compares with another program's, for tests/quantize.sh.
// usage: compare_quantized ORIGINAL.gguf THEIRS.gguf OURS.gguf
// A line a type: tensors, the mean squared errors of OURS and of THEIRS, their relation, how many tensors are the same
// bytes. Ends with 1 where a type that is defined byte by byte differs, or the error of OURS is larger. usage:
// compare_quantized --directory FILE.gguf A line a tensor: place, name, type.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string_view>
#include <vector>

#include "gguf/gguf_file.h"
#include "quant/dequantize.h"

using namespace monochord;

namespace {

struct Figures {
    size_t tensors = 0, same = 0;
    double values = 0, ours = 0, theirs = 0;  // sums of squared errors
};

constexpr size_t kChunk = 4096;  // values: a multiple of every type's block

std::span<const std::byte> part(const GgufFile& file, const TensorInfo& tensor, uint64_t at, size_t count) {
    const TensorTypeInfo& type = tensorTypeInfo(tensor.type);
    return file.bytes(tensor).subspan(at / type.blockSize * type.bytesPerBlock,
                                      count / type.blockSize * type.bytesPerBlock);
}

/// The sum of squared errors of a tensor; nothing is added where it can't be read.
void addErrors(const GgufFile& original, const TensorInfo& from, const GgufFile& made, const TensorInfo& to,
               double& sum) {
    const uint64_t all = from.columns() * from.rows();
    std::vector<float> x(kChunk), y(kChunk);
    for (uint64_t at = 0; at < all; at += kChunk) {
        const size_t count = std::min<uint64_t>(all - at, kChunk);
        const auto read = [&](const GgufFile& file, const TensorInfo& tensor, std::vector<float>& values) {
            return dequantizeRow(tensor.type, part(file, tensor, at, count), std::span(values).first(count))
                .has_value();
        };
        if (!read(original, from, x) || !read(made, to, y)) return;
        for (size_t i = 0; i < count; i++) sum += (double{x[i]} - y[i]) * (double{x[i]} - y[i]);
    }
}

bool definedByBytes(TensorType type) {
    return tensorTypeInfo(type).blockSize < 256 && type != TensorType::IQ4_NL;
}

int listTensors(const GgufFile& file) {
    for (const TensorInfo& tensor : file.tensors())
        fmt::print("{} {} {}\n", tensor.offset, tensor.name, tensorTypeInfo(tensor.type).name);
    return 0;
}

int compare(const GgufFile& original, const GgufFile& theirs, const GgufFile& ours) {
    std::map<TensorType, Figures> types;
    for (const TensorInfo& their : theirs.tensors()) {
        const TensorInfo *from = original.tensor(their.name), *our = ours.tensor(their.name);
        if (!from || !our || our->type != their.type || from->type == their.type) continue;
        Figures& figures = types[their.type];
        figures.tensors++;
        figures.values += static_cast<double>(from->columns() * from->rows());
        figures.same += std::ranges::equal(ours.bytes(*our), theirs.bytes(their));
        addErrors(original, *from, ours, *our, figures.ours);
        addErrors(original, *from, theirs, their, figures.theirs);
    }
    bool good = true;
    for (const auto& [type, f] : types) {
        const bool fine = definedByBytes(type) ? f.same == f.tensors : f.ours <= f.theirs;
        good = good && fine;
        fmt::print("{:7}{:4} tensors  ours {:.5e}  theirs {:.5e}  {:.4f}  {} the same{}\n", tensorTypeInfo(type).name,
                   f.tensors, f.ours / f.values, f.theirs / f.values, f.theirs > 0 ? f.ours / f.theirs : 1.0, f.same,
                   fine ? "" : "  WORSE");
    }
    return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::unique_ptr<GgufFile>> files;
    const bool directory = argc == 3 && argv[1] == std::string_view("--directory");
    for (int i = directory ? 2 : 1; i < argc; i++) {
        auto file = GgufFile::open(argv[i]);
        if (!file) return fmt::print(stderr, "{}: {}\n", argv[i], file.error().message), 2;
        files.push_back(std::move(*file));
    }
    if (directory) return listTensors(*files[0]);
    if (files.size() != 3) return fmt::print(stderr, "usage: see the top of its source\n"), 2;
    return compare(*files[0], *files[1], *files[2]);
}
