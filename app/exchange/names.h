#pragma once

#include <QLatin1StringView>

#include "storage/records.h"

namespace monochord::app {

inline constexpr auto kChatsFormat = QLatin1StringView("monochord chats");
inline constexpr int kChatsVersion = 1;

/// What JSON calls them. Generating has no name: in a file it is as good as interrupted.
struct StateName {
    MessageState state;
    QLatin1StringView name;
};
inline constexpr StateName kStateNames[] = {{MessageState::Complete, QLatin1StringView("complete")},
                                            {MessageState::Stopped, QLatin1StringView("stopped")},
                                            {MessageState::Interrupted, QLatin1StringView("interrupted")},
                                            {MessageState::Failed, QLatin1StringView("failed")}};

}  // namespace monochord::app
