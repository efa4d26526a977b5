#include "monochord/state_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <vector>

namespace monochord {

namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".state";

struct Entry {
    fs::path path;
    uint64_t bytes = 0;
    fs::file_time_type used;
};

/// The states of a folder, newest first, also the beginnings of those whose saving was interrupted. What can't be
/// looked at is left out.
std::vector<Entry> entriesOf(const fs::path& folder) {
    std::vector<Entry> entries;
    std::error_code ignored;
    for (auto at = fs::directory_iterator(folder, ignored); at != fs::directory_iterator(); at.increment(ignored)) {
        std::error_code failed;
        if (at->path().filename().string().find(kEnding) == std::string::npos || !at->is_regular_file(failed)) continue;
        const Entry entry{at->path(), at->file_size(failed), at->last_write_time(failed)};
        if (!failed) entries.push_back(entry);
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used > b.used; });
    return entries;
}

}  // namespace

Result<fs::path> StateFolder::fileOf(std::string_view name) const {
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
    if (name.empty() || name.size() > 64 || !plain)
        return fail(ErrorCode::InvalidArgument, "the name of a saved state has 1 to 64 letters, digits, - and _");
    return m_path / (std::string(name) + kEnding);
}

/// Removes the states that were not used for longest until the others fit; never the newest.
void StateFolder::makeRoom(const fs::path& newest) const {
    std::error_code ignored;
    uint64_t kept = fs::file_size(newest, ignored);
    for (const Entry& entry : entriesOf(m_path)) {
        if (entry.path == newest) continue;
        kept += entry.bytes;
        if (kept <= m_budget) continue;
        kept -= entry.bytes;
        fs::remove(entry.path, ignored);
    }
}

Result<void> StateFolder::save(const Evaluator& evaluator, std::string_view name, const std::stop_token& stop) const {
    const auto file = fileOf(name);
    if (!file) return tl::unexpected(file.error());
    const auto tooLarge = [this](uint64_t bytes) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the state of {} bytes is larger than the {} bytes that all may have together", bytes,
                                m_budget));
    };
    // Nearly its size, before so much is written in vain.
    const uint64_t about = evaluator.memoryUsed() / evaluator.contextLength() * evaluator.computed().size();
    if (about > m_budget) return tooLarge(about);
    std::error_code failed;
    fs::create_directories(m_path, failed);
    if (failed) return fail(ErrorCode::NotReadable, "the folder can't be made: " + failed.message());
    if (auto saved = evaluator.save(*file, stop); !saved) return saved;
    const uint64_t bytes = fs::file_size(*file, failed);
    if (!failed && bytes > m_budget) {
        fs::remove(*file, failed);
        return tooLarge(bytes);
    }
    makeRoom(*file);
    return {};
}

Result<std::vector<TokenId>> StateFolder::tokens(std::string_view name) const {
    const auto file = fileOf(name);
    return file ? Evaluator::savedTokens(*file) : tl::unexpected(file.error());
}

Result<size_t> StateFolder::restore(Evaluator& evaluator, std::string_view name) const {
    const auto file = fileOf(name);
    if (!file) return tl::unexpected(file.error());
    auto restored = evaluator.restore(*file);
    std::error_code ignored;
    if (restored)
        fs::last_write_time(*file, fs::file_time_type::clock::now(), ignored);
    else if (restored.error().code != ErrorCode::NotFound && restored.error().code != ErrorCode::ContextFull)
        fs::remove(*file, ignored);
    return restored;
}

Result<void> StateFolder::remove(std::string_view name) const {
    const auto file = fileOf(name);
    if (!file) return tl::unexpected(file.error());
    const std::string begin = file->filename().string();
    for (const Entry& entry : entriesOf(m_path)) {
        std::error_code failed;
        if (entry.path.filename().string().rfind(begin, 0) == 0) fs::remove(entry.path, failed);
        if (failed) return fail(ErrorCode::NotReadable, "the saved state can't be removed: " + failed.message());
    }
    return {};
}

}  // namespace monochord
