#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

/// The engine of Monochord: from a model file to text.
namespace monochord {

/// What went wrong, as a value that a program can branch on. The sentence for a person is in Error::message.
enum class ErrorCode {
    NotFound,         ///< no such file, tensor, token
    NotReadable,      ///< the operating system refused: permissions, a folder, a pipe, an I/O error
    NotGguf,          ///< the file does not begin like a GGUF file
    Truncated,        ///< the file ends before what its header promises
    Corrupt,          ///< the file contradicts itself or a number in it is absurd
    Unsupported,      ///< well formed, but of a kind that this engine does not compute (named in the message)
    InvalidArgument,  ///< the caller's request makes no sense: an id out of range, an unknown option
    OutOfMemory,      ///< the memory that the request needs is more than it may take
    ContextFull,      ///< more tokens than the context holds
    NotFinite,        ///< NaN or infinity appeared in the computation
    FileChanged,      ///< the model file shrank or failed while it was in use
    Template,         ///< the chat template has an error or asked for one
    Cancelled,        ///< the caller asked to stop
};

/// An error: its kind, one sentence with the place and the numbers, without a full stop and without a file's path.
struct Error {
    ErrorCode code = ErrorCode::InvalidArgument;  ///< the kind, to branch on
    std::string message;                          ///< the sentence, in English, as UTF-8 that is safe to print

    bool operator==(const Error&) const = default;  ///< member by member
};

/// A value of type T, or the Error that stands in its place.
template <class T>
using Result = tl::expected<T, Error>;

/// Shorthand for the failure branch: `return fail(ErrorCode::Corrupt, fmt::format(…));`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace monochord
