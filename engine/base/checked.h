#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

namespace monochord {

/// A number that came from a file. Arithmetic on it never wraps: once a result does not fit in 64 bits, or a division
/// by zero was asked for, it is invalid and stays so; value() is then empty. Every size, offset and count that a file
/// names goes through this type before it sizes, offsets or divides anything.
class Checked {
public:
    template <class T>
    requires std::is_unsigned_v<T>
    constexpr Checked(T value) : m_value(value) {}  // NOLINT: meant to be implicit

    constexpr Checked operator+(Checked other) const {
        Checked r = both(other);
        r.m_valid = r.m_valid && !__builtin_add_overflow(m_value, other.m_value, &r.m_value);
        return r;
    }
    constexpr Checked operator-(Checked other) const {
        Checked r = both(other);
        r.m_valid = r.m_valid && !__builtin_sub_overflow(m_value, other.m_value, &r.m_value);
        return r;
    }
    constexpr Checked operator*(Checked other) const {
        Checked r = both(other);
        r.m_valid = r.m_valid && !__builtin_mul_overflow(m_value, other.m_value, &r.m_value);
        return r;
    }
    constexpr Checked operator/(Checked other) const {
        Checked r = both(other);
        r.m_valid = r.m_valid && other.m_value != 0;
        r.m_value = r.m_valid ? m_value / other.m_value : 0;
        return r;
    }
    /// The next multiple of `alignment` (not zero) at or above this number.
    constexpr Checked alignedTo(Checked alignment) const {
        return (*this + alignment - Checked(1u)) / alignment * alignment;
    }

    constexpr bool valid() const { return m_valid; }
    /// The number, or nothing where the computation left 64 bits or `limit`.
    constexpr std::optional<uint64_t> value(uint64_t limit = std::numeric_limits<uint64_t>::max()) const {
        return m_valid && m_value <= limit ? std::optional<uint64_t>(m_value) : std::nullopt;
    }
    /// True if the number is valid and at most `limit`.
    constexpr bool atMost(uint64_t limit) const { return m_valid && m_value <= limit; }

private:
    constexpr Checked both(Checked other) const {
        Checked r(0u);
        r.m_valid = m_valid && other.m_valid;
        return r;
    }
    uint64_t m_value = 0;
    bool m_valid = true;
};

}  // namespace monochord
