#pragma once

#include <array>
#include <span>
#include <string_view>

#include "convert/hf_config.h"
#include "gguf/gguf_writer.h"

namespace monochord {

/// What config.json says about the sizes of a model, with the defaults of its architecture.
struct HfShape {
    uint32_t hidden = 0, layers = 0, heads = 0, headsKv = 0, headDim = 0;
    uint32_t rotaryDim = 0;  ///< values of a head that are turned
};

/// How an architecture's head size finds its way into the file.
enum class HeadDim : uint8_t {
    IfGiven,   ///< where config.json names it; otherwise what the hidden size leaves each head
    Always,    ///< likewise, but always written
    Fixed128,  ///< 128 where config.json does not name it
    Fixed256,
};

/// How a family of Hugging Face models is written as GGUF: a line of a table. What has the same meaning everywhere
/// (sizes, names of tensors) is elsewhere; norms and rotary positions are as the engine's table says (`name`).
/// The defaults are those of the configuration classes of Hugging Face's transformers; where there is none, the field
/// has to be there.
struct HfArchitecture {
    std::string_view name;                    ///< `general.architecture`
    std::array<std::string_view, 3> classes;  ///< `architectures` of config.json
    std::string_view activation = "silu";     ///< or "gelu": any form of it
    HeadDim headDim = HeadDim::IfGiven;
    uint32_t heads = 0;             ///< default; 0: none
    uint32_t headsKv = 0;           ///< default; 0: as many as heads
    uint32_t contextLength = 2048;  ///< default
    float epsilon = 1e-6f;          ///< default, of the norms
    float ropeTheta = 10000;        ///< default
    float rotaryPart = 1;           ///< default: how much of a head is turned
    bool tied = false;              ///< default: the head is the embedding
    bool turnsNeighbours = false;   ///< rows of q and k are to be laid so that pairs that turn are neighbours
    bool normsBehind = false;       ///< post_attention_layernorm stands behind the block
    bool normsAreOffsets = false;   ///< a norm multiplies with 1 + its weight
    bool writesHeadCountKv = true;
    bool writesRopeBase = true;  ///< even where it is what readers assume: 10000
    bool writesRotaryDim = false;
    bool writesVocabularySize = false;
    /// Keys that only this architecture has, and checks of what the format has no place for.
    void (*more)(HfConfig& config, const HfShape& shape, GgufMetadata& out) = nullptr;
};

/// The whole table.
std::span<const HfArchitecture> hfArchitectures();
/// The line for a class of config.json's `architectures`, or nullptr.
const HfArchitecture* findHfArchitecture(std::string_view className);

}  // namespace monochord
