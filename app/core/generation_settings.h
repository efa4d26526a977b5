#pragma once

#include <QMetaType>
#include <cstdint>

#include "monochord/sampling.h"

namespace monochord::app {

/// What the sampling dock shows.
struct GenerationSettings {
    SamplingSettings sampling;     ///< its seed counts where randomSeed is off
    bool randomSeed = true;        ///< a fresh seed for each reply
    uint32_t longestReply = 2048;  ///< tokens; 0: until the context is full

    bool operator==(const GenerationSettings&) const = default;
};

}  // namespace monochord::app
