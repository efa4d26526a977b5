#include "model/weights.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "quant/dequantize.h"

namespace monochord {

const TensorInfo* WeightFinder::find(const std::string& name, uint64_t rows, uint64_t columns, bool required) {
    const bool first = m_used.insert(name).second;  // later calls need no second problem
    if (m_record && first) m_record->push_back({name, rows, columns, required});
    if (m_record || givenUp()) return nullptr;
    const TensorInfo* tensor = m_file->tensor(name);
    // One row may lie in several, as the norms of all heads do.
    const bool oneRow = tensor && rows == 1 && tensor->columns() * tensor->rows() == columns;
    const bool missing = !tensor,
               otherShape = tensor && !oneRow && (tensor->columns() != columns || tensor->rows() != rows),
               otherType = tensor && !kScalarKernels.multiply(tensor->type);
    if (missing && required && first) keep(ErrorCode::NotFound, fmt::format("the tensor {} is missing", name));
    if (otherShape && first)
        keep(ErrorCode::Corrupt, fmt::format("the tensor {} has {} rows of {}, expected {} of {}", name, tensor->rows(),
                                             tensor->columns(), rows, columns));
    if (otherType && first)
        keep(ErrorCode::Unsupported, fmt::format("the tensor {} is of type {}, which is not supported", name,
                                                 tensorTypeInfo(tensor->type).name));
    return missing || otherShape || otherType ? nullptr : tensor;
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
    Vector values;
    m_problems->take(m_loader->load(name), values);
    return values;
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

void WeightFinder::refuseOthers() {
    for (const TensorInfo& tensor : m_file->tensors())
        if (!givenUp() && !m_used.contains(tensor.name))
            keep(ErrorCode::Unsupported,
                 fmt::format("the tensor {} is not known for this architecture", printable(tensor.name)));
}

}  // namespace monochord
