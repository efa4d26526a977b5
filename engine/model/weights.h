#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gguf/gguf_file.h"
#include "kernels/kernels.h"
#include "model/hyper_parameters.h"
#include "quant/tensor_loader.h"

namespace monochord {

/// A weight matrix where it lies in the file.
struct Matrix {
    TensorType type = TensorType::F32;
    WeightRows rows;
    explicit operator bool() const { return rows.data != nullptr; }
};

using Vector = std::span<const float>;  // norms and biases; empty where the model has none

/// One layer, under the GGUF names of its tensors (`blk.N.` and `.weight` left out).
struct LayerWeights {
    Vector attnNorm;                                         // [embeddingLength] f32
    Matrix attnQ;                                            // [headCount * keyLength, embeddingLength]
    Matrix attnK;                                            // [headCountKv * keyLength, embeddingLength]
    Matrix attnV;                                            // [headCountKv * valueLength, embeddingLength]
    Matrix attnOutput;                                       // [embeddingLength, headCount * valueLength]
    Vector attnQBias, attnKBias, attnVBias, attnOutputBias;  // [rows of the matrix] f32 or empty
    Vector ffnNorm;                                          // [embeddingLength] f32
    Matrix ffnGate;                                          // [feedForwardLength, embeddingLength]
    Matrix ffnUp;                                            // [feedForwardLength, embeddingLength]
    Matrix ffnDown;                                          // [embeddingLength, feedForwardLength]
};

struct Weights {
    const TensorInfo* tokenEmbd = nullptr;  // [vocabulary, embeddingLength], read row by row
    std::vector<LayerWeights> layers;       // [blockCount]
    Vector outputNorm;                      // [embeddingLength] f32
    Matrix output;                          // [vocabulary, embeddingLength]; the embedding where the head is tied
    Vector ropeFreqs;                       // [ropeDimensionCount / 2] f32 or empty
};

/// Finds tensors by name and checks each against the shape that the architecture expects; the first error stays and
/// later calls return nothing. Remembers which tensors were asked for.
class WeightFinder {
public:
    WeightFinder(const GgufFile& file, TensorLoader& loader) : m_file(&file), m_loader(&loader) {}

    Matrix matrix(const std::string& name, uint64_t rows, uint64_t columns);
    Matrix optionalMatrix(const std::string& name, uint64_t rows, uint64_t columns);
    Vector vector(const std::string& name, uint64_t length);
    Vector optionalVector(const std::string& name, uint64_t length);
    /// A matrix of which single rows are dequantized.
    const TensorInfo* table(const std::string& name, uint64_t rows, uint64_t columns);

    bool failed() const { return m_error.has_value(); }
    /// After everything was asked for. Errors: NotFound, Corrupt (a shape), Unsupported (a tensor type by name, or a
    /// tensor in the file that the architecture does not know: computing without it would be wrong).
    Result<void> finish();

private:
    const TensorInfo* find(const std::string& name, uint64_t rows, uint64_t columns, bool required);

    const GgufFile* m_file;
    TensorLoader* m_loader;
    std::set<std::string, std::less<>> m_used;
    std::optional<Error> m_error;
};

}  // namespace monochord
