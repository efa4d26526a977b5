// The searches of quantize_search.inl with eight lanes in one register.
#if defined(__x86_64__)

#include <cstring>

#include "base/half.h"
#include "quant/quantize.h"
#include "quant/quantize_pack.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

namespace monochord {

namespace {

#include "quant/quantize_search.inl"

}  // namespace

const BlockSearches kAvx2Searches = searchesNamed("avx2");

}  // namespace monochord

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
