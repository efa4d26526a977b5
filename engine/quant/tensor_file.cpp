#include "monochord/tensor_file.h"

#include <utility>

#include "quant/tensor_loader.h"

namespace monochord {

struct TensorFile::Data {
    Data(std::unique_ptr<GgufFile> opened, uint64_t budget) : file(std::move(opened)), loader(*file, budget) {
        for (const TensorInfo& tensor : file->tensors())
            entries.push_back({tensor.name, tensorTypeInfo(tensor.type).name,
                               std::span(tensor.shape).first(tensor.dimensions), tensor.bytes});
    }

    std::unique_ptr<GgufFile> file;
    TensorLoader loader;
    std::vector<TensorEntry> entries;
};

TensorFile::TensorFile(std::unique_ptr<Data> data) : m_data(std::move(data)) {}
TensorFile::~TensorFile() = default;

Result<std::unique_ptr<TensorFile>> TensorFile::open(const std::filesystem::path& path, uint64_t budget) {
    auto file = GgufFile::open(path);
    if (!file) return tl::unexpected(std::move(file.error()));
    return std::unique_ptr<TensorFile>(new TensorFile(std::make_unique<Data>(std::move(*file), budget)));
}

std::span<const TensorEntry> TensorFile::tensors() const {
    return m_data->entries;
}

Result<std::span<const float>> TensorFile::load(std::string_view name) {
    return m_data->loader.load(name);
}

Result<std::vector<std::span<const float>>> TensorFile::load(std::span<const std::string_view> names) {
    return m_data->loader.load(names);
}

Result<void> TensorFile::loadRows(std::string_view name, uint64_t firstRow, std::span<float> values) const {
    return m_data->loader.loadRows(name, firstRow, values);
}

uint64_t TensorFile::memoryUsed() const {
    return m_data->loader.memoryUsed();
}

void TensorFile::release(std::string_view name) {
    m_data->loader.release(name);
}

void TensorFile::clear() {
    m_data->loader.clear();
}

}  // namespace monochord
