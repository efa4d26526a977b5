#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "monochord/error.h"

namespace monochord {

/// What is wrong with a file. Checks write here and go on as long as there is room: loading has room for one problem
/// and so stops at the first, validating wants to know them all. One set of checks serves both.
class Problems {
public:
    explicit Problems(size_t most) : m_most(most) {}

    void add(Error error) {
        if (!full()) m_list.push_back(std::move(error));
    }
    /// The result's value, or nothing and its error among the problems.
    template <class T>
    bool take(Result<T> result, T& value) {
        if (result)
            value = std::move(*result);
        else
            add(std::move(result.error()));
        return result.has_value();
    }
    void take(Result<void> result) {
        if (!result) add(std::move(result.error()));
    }

    bool full() const { return m_list.size() >= m_most; }
    size_t count() const { return m_list.size(); }
    const std::vector<Error>& list() const { return m_list; }

private:
    size_t m_most;
    std::vector<Error> m_list;
};

}  // namespace monochord
