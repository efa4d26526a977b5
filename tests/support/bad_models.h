#pragma once

#include <QByteArray>
#include <QList>

namespace monochord::test {

/// A file that must be refused with a sentence.
struct BadModel {
    const char* title;
    QByteArray bytes;
    QByteArray part;  ///< of the engine's sentence
};

/// Copies of a small model, each with one thing in its header that makes no sense.
QList<BadModel> modelsWithBadHeaders();
/// Files that are something else, or not whole.
QList<BadModel> filesThatAreNoModel();

}  // namespace monochord::test
