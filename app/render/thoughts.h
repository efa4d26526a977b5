#pragma once

#include <QStringView>

namespace monochord::app {

/// What a model wrote to itself before its reply: <think> … </think> at the beginning. Some templates open it in the
/// prompt, so that only the end is there: a line that begins with </think>.
struct Thoughts {
    bool found = false;
    bool closed = false;              ///< the reply goes on behind them
    qsizetype begin = 0, length = 0;  ///< without the tags
    qsizetype end = 0;                ///< where the reply begins
    qsizetype resume = 0;             ///< where the next search may begin if the text only grows

    bool operator==(const Thoughts&) const = default;
};

/// from: `resume` of a shorter text that this one begins with, so that a growing reply is not searched again and again.
Thoughts findThoughts(QStringView reply, qsizetype from = 0);

}  // namespace monochord::app
