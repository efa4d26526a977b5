#pragma once

#include <QString>

namespace monochord::app {

/// What people call a model: its file's name without quantization, part and extension, "SmolLM2 135M Instruct" for
/// "SmolLM2-135M-Instruct.Q4_1.gguf". `title` is what the file says of itself, often the name of a training run; it is
/// taken where the file's name says nothing (a hash, "model.gguf"). Never empty for a file with a name.
QString modelName(const QString& path, const QString& title);

}  // namespace monochord::app
