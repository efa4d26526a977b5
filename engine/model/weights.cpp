#include "model/weights.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "quant/dequantize.h"

namespace monochord {

const TensorInfo* WeightFinder::find(const std::string& name, uint64_t rows, uint64_t columns, bool required) {
    if (m_record && m_used.insert(name).second) m_record->push_back({name, rows, columns, required});
    if (m_record || m_error) return nullptr;
    m_used.insert(name);
    const TensorInfo* tensor = m_file->tensor(name);
    if (!tensor) {
        if (required) m_error = Error{ErrorCode::NotFound, fmt::format("the tensor {} is missing", name)};
        return nullptr;
    }
    if (tensor->columns() != columns || tensor->rows() != rows) {
        m_error = Error{ErrorCode::Corrupt, fmt::format("the tensor {} has {} rows of {}, expected {} of {}", name,
                                                        tensor->rows(), tensor->columns(), rows, columns)};
        return nullptr;
    }
    if (!kScalarKernels.multiply(tensor->type)) {
        m_error = Error{ErrorCode::Unsupported, fmt::format("the tensor {} is of type {}, which is not supported", name,
                                                            tensorTypeInfo(tensor->type).name)};
        return nullptr;
    }
    return tensor;
}

bool WeightFinder::has(const std::string& name) const {
    if (m_record) return std::ranges::any_of(m_present, [&](const auto& end) { return name.ends_with(end); });
    return m_file->tensor(name) != nullptr;
}

Matrix WeightFinder::optionalMatrix(const std::string& name, uint64_t rows, uint64_t columns) {
    const TensorInfo* tensor = find(name, rows, columns, false);
    if (!tensor) return {};
    return {tensor->type, {m_file->bytes(*tensor).data(), tensor->rowBytes(), rows, columns}};
}

Matrix WeightFinder::matrix(const std::string& name, uint64_t rows, uint64_t columns) {
    return find(name, rows, columns, true) ? optionalMatrix(name, rows, columns) : Matrix{};
}

Vector WeightFinder::optionalVector(const std::string& name, uint64_t length) {
    if (!find(name, 1, length, false)) return {};
    const auto values = m_loader->load(name);
    if (!values) m_error = values.error();
    return values.value_or(Vector{});
}

Vector WeightFinder::vector(const std::string& name, uint64_t length) {
    return find(name, 1, length, true) ? optionalVector(name, length) : Vector{};
}

Vector WeightFinder::bias(const std::string& name, uint64_t length, Bias bias) {
    if (bias == Bias::None) return {};
    return bias == Bias::Required ? vector(name, length) : optionalVector(name, length);
}

Norm WeightFinder::norm(const std::string& name, uint64_t length, Bias withBias) {
    return {vector(name + ".weight", length), bias(name + ".bias", length, withBias)};
}

Linear WeightFinder::linear(const std::string& name, uint64_t rows, uint64_t columns, Bias withBias) {
    return {matrix(name + ".weight", rows, columns), bias(name + ".bias", rows, withBias)};
}

const TensorInfo* WeightFinder::table(const std::string& name, uint64_t rows, uint64_t columns) {
    return find(name, rows, columns, true);
}

Result<void> WeightFinder::finish() {
    if (m_error) return tl::unexpected(*m_error);
    for (const TensorInfo& tensor : m_file->tensors())
        if (!m_used.contains(tensor.name))
            return fail(ErrorCode::Unsupported,
                        fmt::format("the tensor {} is not known for this architecture", printable(tensor.name)));
    return {};
}

}  // namespace monochord
