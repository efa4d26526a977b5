#pragma once

#include <QList>
#include <QStringView>

namespace monochord::app {

/// Where each character of a row's text stands in its source, which begins at `offset`: ascending, and one more for the
/// end. Marks of markdown are passed over. What has no counterpart (a formula's signs) stands where the text before it
/// ends. Linear in the source for text that is a part of it.
QList<qsizetype> sourcePlaces(QStringView shown, QStringView source, qsizetype offset);

}  // namespace monochord::app
