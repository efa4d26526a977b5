#include "model/block.h"

namespace monochord {

void sequentialBlocks(const LayerWeights& w, size_t index, const Block& block, Pass& pass) {
    pass.normalize(w.attnNorm);
    pass.attend(w, index, block.attention);
    pass.projectAttended(w);
    pass.normalizeHidden(w.postAttentionNorm);
    pass.addHidden();

    pass.normalize(w.ffnNorm);
    pass.feedForward(w, block.nonlinearity);
    pass.normalizeHidden(w.postFfwNorm);
    pass.addHidden();
}

void plainLayer(const HyperParameters&, const LayerWeights& w, size_t index, Pass& pass) {
    sequentialBlocks(w, index, {}, pass);
}

void parallelBlocks(const LayerWeights& w, size_t index, const Block& block, Pass& pass) {
    pass.normalize(w.attnNorm);
    pass.attend(w, index, block.attention);
    if (w.ffnNorm) pass.normalize(w.ffnNorm);
    pass.feedForward(w, block.nonlinearity);
    pass.addHidden();
    pass.projectAttended(w);
    pass.addHidden();
}

}  // namespace monochord
