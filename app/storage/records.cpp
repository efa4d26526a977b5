#include "storage/records.h"

#include <algorithm>
#include <atomic>
#include <chrono>

namespace monochord::app {

QLatin1StringView nameOf(Role role) {
    return std::ranges::find(kRoleNames, role, &RoleName::role)->name;
}

qint64 newId() {
    static std::atomic<qint64> last = 0;
    const auto sinceEpoch = std::chrono::system_clock::now().time_since_epoch();
    const qint64 now = std::chrono::duration_cast<std::chrono::microseconds>(sinceEpoch).count();
    qint64 before = last.load();
    qint64 id = std::max(now, before + 1);
    while (!last.compare_exchange_weak(before, id)) id = std::max(now, before + 1);
    return id;
}

}  // namespace monochord::app
