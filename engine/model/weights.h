#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/problems.h"
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
    /// Some rows of it: a part of a fused matrix, or one of the experts that lie one after the other.
    Matrix part(size_t first, size_t count) const {
        return *this ? Matrix{type, {rows.data + first * rows.rowBytes, rows.rowBytes, count, rows.length}} : Matrix{};
    }
};

using Vector = std::span<const float>;  // norms and biases; empty where the model has none

struct Norm {
    Vector weight;  // [length] f32
    Vector bias;    // [length] f32 or empty
    explicit operator bool() const { return !weight.empty(); }
};

struct Linear {
    Matrix matrix;
    Vector bias;  // [rows of the matrix] f32 or empty
};

/// One layer, under the GGUF names of its tensors (`blk.N.` and `.weight` left out). What an architecture does not have
/// stays empty.
struct LayerWeights {
    Norm attnNorm;           // [embeddingLength]
    Linear attnQ;            // [headCount * keyLength, embeddingLength]
    Linear attnK;            // [headCountKv * keyLength, embeddingLength]
    Linear attnV;            // [headCountKv * valueLength, embeddingLength]
    Norm attnQNorm;          // [keyLength] of every head, [headCount * keyLength] of each head or of all together
    Norm attnKNorm;          // the same with headCountKv
    Linear attnOutput;       // [embeddingLength, headCount * valueLength]
    Norm postAttentionNorm;  // [embeddingLength]
    Norm ffnNorm;            // [embeddingLength]
    Linear ffnGate;          // [feedForwardLength, embeddingLength]
    Linear ffnUp;            // [feedForwardLength, embeddingLength]
    Linear ffnDown;          // [embeddingLength, feedForwardLength]
    Norm postFfwNorm;        // [embeddingLength]

    Matrix ffnGateInp;       // [expertCount, embeddingLength]: the router
    Matrix ffnGateExps;      // [expertCount * expertFeedForwardLength, embeddingLength]
    Matrix ffnUpExps;        // [expertCount * expertFeedForwardLength, embeddingLength]
    Matrix ffnDownExps;      // [expertCount * embeddingLength, expertFeedForwardLength]
    Matrix ffnGateInpShexp;  // [1, embeddingLength]: how much the shared expert counts
};

struct Weights {
    const TensorInfo* tokenEmbd = nullptr;     // [vocabulary, embeddingLength], read row by row
    const TensorInfo* positionEmbd = nullptr;  // [contextLength, embeddingLength], read row by row, or null
    std::vector<LayerWeights> layers;          // [blockCount]
    Norm outputNorm;                           // [embeddingLength]
    Linear output;                             // [vocabulary, embeddingLength]; the embedding where the head is tied
    Vector ropeFreqs;                          // [ropeDimensionCount / 2] f32 or empty
    Vector ropeFactorsShort, ropeFactorsLong;  // [ropeDimensionCount / 2] f32, or both empty
};

/// Whether a bias belongs to a matrix or norm.
enum class Bias : uint8_t { None, Optional, Required };

/// A tensor that an architecture asked for.
struct WantedTensor {
    std::string name;
    uint64_t rows, columns;
    bool required;
};

/// Finds tensors by name and checks each against the shape that the architecture expects. What is wrong becomes a
/// problem and gives nothing; where there is no room for another problem, nothing more is found. Remembers which
/// tensors were asked for.
///
/// Problems: NotFound, Corrupt (a shape), Unsupported (a tensor type by name), those of loading vectors.
class WeightFinder {
public:
    WeightFinder(const GgufFile& file, TensorLoader& loader, Problems& problems)
        : m_file(&file), m_loader(&loader), m_problems(&problems) {}
    /// Finds nothing and writes down what is asked for: what a file of this architecture has to hold, if has() says yes
    /// to the tensors whose names end in one of `present`.
    explicit WeightFinder(std::vector<WantedTensor>& record, std::vector<std::string> present = {})
        : m_record(&record), m_present(std::move(present)) {}

    Matrix matrix(const std::string& name, uint64_t rows, uint64_t columns);
    Matrix optionalMatrix(const std::string& name, uint64_t rows, uint64_t columns);
    Vector vector(const std::string& name, uint64_t length);
    Vector optionalVector(const std::string& name, uint64_t length);
    Vector bias(const std::string& name, uint64_t length, Bias bias);
    /// `name`.weight and `name`.bias
    Norm norm(const std::string& name, uint64_t length, Bias bias);
    Linear linear(const std::string& name, uint64_t rows, uint64_t columns, Bias bias);
    /// A matrix of which single rows are dequantized.
    const TensorInfo* table(const std::string& name, uint64_t rows, uint64_t columns);
    /// True if the file has the tensor, whatever its shape.
    bool has(const std::string& name) const;

    /// True where there is no room for another problem.
    bool givenUp() const { return m_problems && m_problems->full(); }
    /// After everything was asked for. Problems: Unsupported (a tensor in the file that the architecture does not know:
    /// computing without it would be wrong).
    void refuseOthers();

private:
    const TensorInfo* find(const std::string& name, uint64_t rows, uint64_t columns, bool required);
    void keep(ErrorCode code, std::string message) { m_problems->add({code, std::move(message)}); }

    const GgufFile* m_file = nullptr;
    TensorLoader* m_loader = nullptr;
    std::vector<WantedTensor>* m_record = nullptr;
    std::vector<std::string> m_present;
    std::set<std::string, std::less<>> m_used;
    Problems* m_problems = nullptr;
};

}  // namespace monochord
