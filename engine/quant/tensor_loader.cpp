#include "quant/tensor_loader.h"

#include <fmt/format.h>

#include <new>
#include <string>
#include <utility>

#include "base/checked.h"
#include "base/printable.h"
#include "quant/dequantize.h"

namespace monochord {

namespace {

/// The file's bytes as f32 without a copy, or nothing where they are of another type or badly aligned.
const float* viewInFile(const GgufFile& file, const TensorInfo& tensor) {
    const std::byte* data = file.bytes(tensor).data();
    const bool aligned = reinterpret_cast<uintptr_t>(data) % alignof(float) == 0;
    return tensor.type == TensorType::F32 && aligned ? reinterpret_cast<const float*>(data) : nullptr;
}

Result<const TensorInfo*> findTensor(const GgufFile& file, std::string_view name) {
    if (const TensorInfo* tensor = file.tensor(name)) return tensor;
    return fail(ErrorCode::NotFound, fmt::format("the file has no tensor \"{}\"", printable(name)));
}

Result<void> dequantizeRows(const GgufFile& file, const TensorInfo& tensor, uint64_t firstRow,
                            std::span<float> values) {
    const uint64_t rowCount = values.size() / tensor.columns();
    const auto bytes = file.bytes(tensor).subspan(firstRow * tensor.rowBytes(), rowCount * tensor.rowBytes());
    if (auto done = dequantizeRow(tensor.type, bytes, values); !done)
        return fail(done.error().code, fmt::format("tensor \"{}\": {}", printable(tensor.name), done.error().message));
    if (file.damaged()) return fail(ErrorCode::FileChanged, "the file shrank or failed while it was in use");
    return {};
}

}  // namespace

Result<std::span<const float>> TensorLoader::load(std::string_view name) {
    const auto tensor = findTensor(*m_file, name);
    if (!tensor) return tl::unexpected(tensor.error());
    const std::lock_guard lock(m_mutex);
    if (auto done = loadAll(std::span(&*tensor, 1)); !done) return tl::unexpected(std::move(done.error()));
    return view(**tensor);
}

Result<std::vector<std::span<const float>>> TensorLoader::load(std::span<const std::string_view> names) {
    std::vector<const TensorInfo*> tensors;
    for (const std::string_view name : names) {
        const auto tensor = findTensor(*m_file, name);
        if (!tensor) return tl::unexpected(tensor.error());
        tensors.push_back(*tensor);
    }
    const std::lock_guard lock(m_mutex);
    if (auto done = loadAll(tensors); !done) return tl::unexpected(std::move(done.error()));
    std::vector<std::span<const float>> views;
    for (const TensorInfo* tensor : tensors) views.push_back(view(*tensor));
    return views;
}

Result<void> TensorLoader::loadRows(const TensorInfo& tensor, uint64_t firstRow, std::span<float> values) const {
    const uint64_t rowCount = values.size() / tensor.columns();
    if (values.size() % tensor.columns() != 0 || !(Checked(firstRow) + rowCount).atMost(tensor.rows()))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} values from row {} on are no rows of tensor \"{}\" ({} rows of {})", values.size(),
                                firstRow, printable(tensor.name), tensor.rows(), tensor.columns()));
    return dequantizeRows(*m_file, tensor, firstRow, values);
}

Result<void> TensorLoader::loadRows(std::string_view name, uint64_t firstRow, std::span<float> values) const {
    const auto tensor = findTensor(*m_file, name);
    if (!tensor) return tl::unexpected(tensor.error());
    return loadRows(**tensor, firstRow, values);
}

uint64_t TensorLoader::memoryUsed() const {
    const std::lock_guard lock(m_mutex);
    return m_used;
}

void TensorLoader::release(std::string_view name) {
    const std::lock_guard lock(m_mutex);
    if (const TensorInfo* tensor = m_file->tensor(name)) forget(*tensor);
}

void TensorLoader::clear() {
    const std::lock_guard lock(m_mutex);
    m_loaded.clear();
    m_used = 0;
}

/// Bytes that loading takes; 0 where the tensor is viewed in the file. The sum of all is compared with the budget
/// before anything is loaded.
Result<uint64_t> TensorLoader::bytesToLoad(const TensorInfo& tensor) const {
    if (!canDequantize(tensor.type))
        return fail(ErrorCode::Unsupported, fmt::format("tensor \"{}\" has type {}, which can't be computed with yet",
                                                        printable(tensor.name), tensorTypeInfo(tensor.type).name));
    if (viewInFile(*m_file, tensor)) return 0;
    const auto bytes = (Checked(tensor.columns()) * tensor.rows() * sizeof(float)).value();
    if (!bytes) return fail(ErrorCode::OutOfMemory, fmt::format("tensor \"{}\" is too large", printable(tensor.name)));
    return *bytes;
}

Result<void> TensorLoader::loadAll(std::span<const TensorInfo* const> tensors) {
    Checked needed(0u);
    std::unordered_map<const TensorInfo*, uint64_t> missing;  // and the bytes of each
    for (const TensorInfo* tensor : tensors) {
        const auto bytes = bytesToLoad(*tensor);
        if (!bytes) return tl::unexpected(bytes.error());
        if (!m_loaded.contains(tensor) && missing.emplace(tensor, *bytes).second) needed = needed + *bytes;
    }
    if (!needed.atMost(m_budget - m_used))
        return fail(ErrorCode::OutOfMemory,
                    fmt::format("{} bytes of memory are needed for tensors, but only {} of {} are left",
                                needed.value().value_or(UINT64_MAX), m_budget - m_used, m_budget));
    for (const auto& [tensor, bytes] : missing) {
        if (auto done = loadTensor(*tensor, bytes); !done) {
            for (const auto& [other, ignored] : missing) forget(*other);
            return done;
        }
    }
    return {};
}

Result<void> TensorLoader::loadTensor(const TensorInfo& tensor, uint64_t bytes) {
    Loaded& loaded = m_loaded[&tensor];
    if (bytes == 0) return {};
    const uint64_t count = bytes / sizeof(float);
    loaded.values.reset(new (std::nothrow) float[count]);
    if (!loaded.values)
        return fail(ErrorCode::OutOfMemory, fmt::format("the system has no {} bytes of memory for tensor \"{}\"", bytes,
                                                        printable(tensor.name)));
    loaded.bytes = bytes;
    m_used += bytes;
    return dequantizeRows(*m_file, tensor, 0, {loaded.values.get(), count});
}

std::span<const float> TensorLoader::view(const TensorInfo& tensor) const {
    const auto it = m_loaded.find(&tensor);
    const float* values =
        it != m_loaded.end() && it->second.values ? it->second.values.get() : viewInFile(*m_file, tensor);
    return {values, tensor.columns() * tensor.rows()};
}

void TensorLoader::forget(const TensorInfo& tensor) {
    const auto it = m_loaded.find(&tensor);
    if (it == m_loaded.end()) return;
    m_used -= it->second.bytes;
    m_loaded.erase(it);
}

}  // namespace monochord
