#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

#include "monochord/error.h"
#include "monochord/evaluator.h"

namespace monochord {

/// A folder of saved states, one a conversation, that takes no more room than it may: with each one that is saved,
/// those that were not used for longest give way. A state is an economy and nothing else, so every loss of one is
/// harmless. Names are the caller's: 1 to 64 letters, digits, `-` and `_`.
///
/// Several programs may use one folder; each sees whole states only.
class StateFolder {
public:
    /// `budget`: bytes of all states together. The folder is made when the first one is saved.
    StateFolder(std::filesystem::path path, uint64_t budget) : m_path(std::move(path)), m_budget(budget) {}

    /// As Evaluator::save. A state that alone is larger than the budget is not kept: InvalidArgument, with both
    /// numbers.
    Result<void> save(const Evaluator& evaluator, std::string_view name, const std::stop_token& stop = {}) const;
    /// As Evaluator::savedTokens.
    Result<std::vector<TokenId>> tokens(std::string_view name) const;
    /// As Evaluator::restore, and the state counts as used now. One that is refused is removed, unless only the context
    /// is too short for it.
    Result<size_t> restore(Evaluator& evaluator, std::string_view name) const;
    /// No byte of the conversation stays in the folder. Errors: NotReadable, with the system's reason.
    Result<void> remove(std::string_view name) const;

private:
    Result<std::filesystem::path> fileOf(std::string_view name) const;
    void makeRoom(const std::filesystem::path& newest) const;

    std::filesystem::path m_path;
    uint64_t m_budget = 0;
};

}  // namespace monochord
