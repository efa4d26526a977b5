#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

namespace monochord {

/// A set of numbers below a limit that gives its lowest in a few steps: 64 to a word, one word of the next level for 64
/// of this one.
class RankSet {
public:
    explicit RankSet(uint32_t limit);
    void insert(uint32_t rank);
    void erase(uint32_t rank);
    std::optional<uint32_t> lowest() const;

private:
    std::vector<std::vector<uint64_t>> m_levels;
};

/// The pairs of neighbours that may still be merged, lowest rank first, then leftmost: a priority queue for very many
/// entries of few ranks. One bucket a rank; the bucket in work is sorted once by position, so that a text of one
/// endless word takes almost linear time (a heap of 10 million entries misses the cache at every step).
///
/// A rank in work may be interrupted by a lower one and go on later; vocabularies from training never do that, a file
/// may. Empty again once pop() gave nothing, and then ready for the next text.
class MergeQueue {
public:
    struct Entry {
        uint32_t rank = 0;
        uint32_t position = 0;  ///< of the left symbol
        uint32_t size = 0;      ///< of both symbols together, which tells an entry that is out of date
    };

    explicit MergeQueue(uint32_t ranks);  ///< ranks are 0 … ranks - 1
    void push(Entry entry);
    std::optional<Entry> pop();
    /// The position of an entry that will be popped soon, for reading ahead; 0 if none is known.
    uint32_t soon() const {
        if (m_depth == 0) return 0;
        const Batch& batch = m_batches[m_depth - 1];
        const size_t ahead = batch.next + 12;
        return ahead < batch.sorted.size() ? batch.sorted[ahead].position : 0;
    }

private:
    struct Place {
        uint32_t position = 0;
        uint32_t size = 0;
        auto operator<=>(const Place&) const = default;
    };
    /// Entries of a bucket that lie together: a list of single ones would wait for memory at each.
    struct Chunk {
        std::array<Place, 15> places;
        uint32_t used = 0;
        uint32_t next = 0;  // chunk + 1
    };
    struct Bucket {
        uint32_t first = 0;  // chunk + 1
        uint32_t last = 0;
    };
    /// The entries of one rank while they are worked off.
    struct Batch {
        uint32_t rank = 0;
        size_t next = 0;
        std::vector<Place> sorted;
        std::priority_queue<Place, std::vector<Place>, std::greater<>> late;  // came after an interruption
    };

    uint32_t newChunk();
    bool chooseBatch();
    void begin(uint32_t rank);
    void addLate(Batch& batch);
    template <class Take>
    void drain(uint32_t rank, Take take);
    static std::optional<Place> take(Batch& batch);

    std::vector<Bucket> m_buckets;
    std::vector<Chunk> m_chunks;
    uint32_t m_free = 0;  // chunk + 1
    RankSet m_waiting;    // ranks whose bucket is not empty
    std::vector<Batch> m_batches;
    size_t m_depth = 0;    // batches in work; ranks fall from one to the next
    bool m_choose = true;  // the last of them may not be the one to take from
};

}  // namespace monochord
