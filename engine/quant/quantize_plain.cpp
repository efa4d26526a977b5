#include <cstring>

#include "base/half.h"
#include "quant/quantize.h"
#include "quant/quantize_pack.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"  // vectors are handed on within this file alone
#endif

namespace monochord {

namespace {

#include "quant/quantize_search.inl"

}  // namespace

const BlockSearches kPlainSearches = searchesNamed("plain");

}  // namespace monochord
