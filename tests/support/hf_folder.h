#pragma once

#include <QTemporaryDir>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "gguf/gguf_file.h"
#include "monochord/convert.h"

namespace monochord::test {

/// A tensor of a safetensors file.
struct HfTensor {
    std::string name;
    std::vector<uint64_t> shape;
    std::vector<float> values;
    std::string type = "F32";  ///< or "BF16", "F16", "F64"
};

/// A tensor whose values look random and are the same in every run.
HfTensor hfTensor(std::string name, std::vector<uint64_t> shape);
/// The bytes of a safetensors file. `header`: in place of the true one.
std::string safetensors(const std::vector<HfTensor>& tensors, std::string_view header = {});
/// With the length in front.
std::string withHeader(std::string_view header, std::string_view data);

/// The folder of a Hugging Face model, and beside it the file that it is converted to.
class HfFolder {
public:
    HfFolder();
    std::filesystem::path path() const { return root() / "model"; }
    std::filesystem::path out() const { return root() / "out.gguf"; }
    void write(std::string_view name, std::string_view bytes) const;
    void writeJson(std::string_view name, const nlohmann::ordered_json& json) const { write(name, json.dump()); }
    void remove(std::string_view name) const;
    /// How many files there are beside the folder: one after a conversion, none after one that failed.
    int filesBeside() const;

private:
    std::filesystem::path root() const { return m_folder.path().toStdString(); }
    QTemporaryDir m_folder;
};

/// The parts of a model of two layers that converts: 4 heads of 8, 2 of keys and values, 300 tokens.
nlohmann::ordered_json smallConfig();
std::vector<HfTensor> smallTensors();
/// Byte pair encoding over bytes: 256 bytes, two merges, two added tokens (258: begin, 259: end, control).
nlohmann::ordered_json smallTokenizer();
/// All of it in a folder.
void writeSmallModel(const HfFolder& folder);

/// What convertModel makes of it; null, with a warning, where that failed or left anything else.
std::unique_ptr<GgufFile> converted(const HfFolder& folder, const ConvertOptions& options = {});
/// The values of an F32 tensor; none for another.
std::vector<float> valuesOf(const GgufFile& file, std::string_view name);
const HfTensor& tensorOf(const std::vector<HfTensor>& tensors, std::string_view name);
std::string bytesOfFile(const std::filesystem::path& path);

}  // namespace monochord::test
