#include "core/load_settings.h"

namespace monochord::app {

QString kvTypeText(KvType type) {
    const std::string_view name = kvTypeName(type);
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size())).toUpper();
}

}  // namespace monochord::app
