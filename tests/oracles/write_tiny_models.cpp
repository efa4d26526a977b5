// Writes the tiny models of tests/support/tiny_architecture.h into a folder, for forward.py --expect.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "support/tiny_architecture.h"

int main(int count, char** arguments) {
    if (count != 2) return 2;
    for (const auto& [title, model] : monochord::test::tinyCases()) {
        std::ofstream file(std::filesystem::path(arguments[1]) / (title + ".gguf"), std::ios::binary);
        file << model.build().build();
        if (!file.flush()) return 1;
    }
    return 0;
}
