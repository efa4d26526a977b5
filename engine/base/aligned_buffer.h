#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "base/checked.h"
#include "monochord/error.h"

namespace monochord {

/// Zeroed memory for numbers, aligned for every vector register; pages are taken from the system when first touched.
template <class T>
class AlignedBuffer {
public:
    AlignedBuffer() = default;
    /// Errors: OutOfMemory, with the bytes that were asked for.
    static Result<AlignedBuffer> create(Checked count) {
        constexpr uint64_t kLimit = uint64_t{1} << 46;
        const auto bytes = (count * Checked(sizeof(T)) + Checked(kAlignment)).value(kLimit);
        void* memory = bytes ? std::calloc(1, *bytes) : nullptr;
        if (!memory)
            return fail(ErrorCode::OutOfMemory, fmt::format("{} bytes of memory can't be had", bytes.value_or(kLimit)));
        AlignedBuffer buffer;
        buffer.m_memory.reset(memory);
        const auto address = reinterpret_cast<uintptr_t>(memory);
        buffer.m_span = {reinterpret_cast<T*>((address + kAlignment - 1) / kAlignment * kAlignment), *count.value()};
        return buffer;
    }

    T* data() const { return m_span.data(); }
    size_t size() const { return m_span.size(); }
    T& operator[](size_t i) const { return m_span[i]; }
    std::span<T> span() const { return m_span; }

private:
    static constexpr size_t kAlignment = 64;
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };
    std::unique_ptr<void, Free> m_memory;
    std::span<T> m_span;
};

/// Room for `count` numbers in `buffer`, or the error in `result`: for many buffers whose errors are looked at once.
template <class T>
void takeInto(AlignedBuffer<T>& buffer, Checked count, Result<void>& result) {
    auto memory = AlignedBuffer<T>::create(count);
    if (memory)
        buffer = std::move(*memory);
    else
        result = tl::unexpected(memory.error());
}

}  // namespace monochord
