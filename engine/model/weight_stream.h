#pragma once

#include <cstddef>
#include <vector>

#include "base/thread_team.h"
#include "model/weights.h"

namespace monochord {

constexpr size_t kRowGroup = 16;  // weight rows that a kernel computes together
inline size_t rowGroups(const WeightRows& w) {
    return (w.count + kRowGroup - 1) / kRowGroup;
}

/// The weights of a pass in the order in which each thread reads them, from one product of matrices to the next: a
/// reply is as fast as memory, so the memory shall not rest while a product ends and another begins. What comes next is
/// what came next in the pass before; where it was something else then, as with experts, nothing is promised.
class WeightStream {
public:
    struct Piece {
        const std::byte* data = nullptr;
        size_t bytes = 0;  ///< that lie one after the other from there
    };

    /// A pass of products begins.
    void begin(const ThreadTeam& team) {
        m_team = &team;
        m_step = 0;
    }
    /// The products of one input are computed now, their row groups divided evenly into chunks. Of each, `matrix`.
    template <class Products>
    void enter(const Products& products, size_t groups, size_t chunks) {
        Step& step = open(products.size(), groups, chunks);
        for (size_t i = 0; i < products.size(); i++) step.set(i, products[i].matrix);
    }
    /// What to fetch into the cache while this group of this chunk is computed: what the thread reads shortly after it.
    /// Empty: not known.
    Piece ahead(size_t chunk, size_t group) const;

private:
    struct Step {
        std::vector<WeightRows> weights;
        size_t groups = 0, chunks = 0;
        size_t widest = 0;   // bytes that a kernel reads together
        bool known = false;  // the same as in the pass before
        void set(size_t i, const Matrix& matrix);
        /// Where the bytes behind the first `skip` of these groups are; if there are so few, empty and skip less those.
        Piece piece(size_t group, size_t end, size_t& skip) const;
    };
    Step& open(size_t products, size_t groups, size_t chunks);
    size_t shareBegin(const Step& step, size_t thread) const {
        return step.groups * m_team->shareBegin(step.chunks, thread) / step.chunks;
    }

    const ThreadTeam* m_team = nullptr;
    std::vector<Step> m_steps;
    size_t m_step = 0;  // behind the one that is computed
};

}  // namespace monochord
