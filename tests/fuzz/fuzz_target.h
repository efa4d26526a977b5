#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// What libFuzzer, or replay.cpp, calls with each input.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

/// Ends the program as a crash that the fuzzer keeps the input of. assert() is no use here: releases leave it out.
#define PROMISE(condition)                                                                   \
    do {                                                                                     \
        if (condition) break;                                                                \
        std::fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition); \
        std::abort();                                                                        \
    } while (false)
