// Text to token ids and back. usage: tokenize MODEL TEXT
#include <iostream>

#include "monochord/tokenizer.h"

using namespace monochord;

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: tokenize MODEL TEXT\n", 2;

    // Header and vocabulary are read; the weights of the file stay where they are.
    const auto tokenizer = Tokenizer::open(argv[1]);
    if (!tokenizer) return std::cerr << tokenizer.error().message << '\n', 1;

    // What a user wrote: whatever it spells, no control token comes of it.
    const auto ids = (*tokenizer)->encode(argv[2], false);
    for (const TokenId id : ids) std::cout << id << ": \"" << (*tokenizer)->piece(id) << "\"\n";

    const auto text = (*tokenizer)->decode(ids, true);
    if (!text) return std::cerr << text.error().message << '\n', 1;
    std::cout << *text << '\n';
}
