// The values of a tensor, whatever type it has in the file. usage: load_tensor MODEL NAME
#include <algorithm>
#include <iostream>

#include "monochord/tensor_file.h"

using namespace monochord;

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: load_tensor MODEL NAME\n", 2;

    const auto file = TensorFile::open(argv[1], 64 << 20);  // at most 64 MiB of values in memory
    if (!file) return std::cerr << file.error().message << '\n', 1;
    for (const TensorEntry& tensor : (*file)->tensors())
        if (tensor.name == argv[2]) std::cout << tensor.type << ", " << tensor.shape[0] << " values a row\n";

    const auto values = (*file)->load(argv[2]);
    if (!values) return std::cerr << values.error().message << '\n', 1;
    const auto [least, greatest] = std::minmax_element(values->begin(), values->end());
    std::cout << values->size() << " values from " << *least << " to " << *greatest << ", " << (*file)->memoryUsed()
              << " bytes kept\n";
}
