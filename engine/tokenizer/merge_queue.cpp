#include "tokenizer/merge_queue.h"

#include <algorithm>
#include <bit>

namespace monochord {

RankSet::RankSet(uint32_t limit) {
    size_t words = limit;
    do {
        words = words / 64 + 1;
        m_levels.emplace_back(words);
    } while (words > 1);
}

void RankSet::insert(uint32_t rank) {
    for (auto& level : m_levels) {
        uint64_t& word = level[rank / 64];
        const bool known = word != 0;
        word |= uint64_t{1} << rank % 64;
        if (known) return;
        rank /= 64;
    }
}

void RankSet::erase(uint32_t rank) {
    for (auto& level : m_levels) {
        uint64_t& word = level[rank / 64];
        word &= ~(uint64_t{1} << rank % 64);
        if (word != 0) return;
        rank /= 64;
    }
}

std::optional<uint32_t> RankSet::lowest() const {
    if (m_levels.back()[0] == 0) return {};
    uint32_t rank = 0;
    for (auto level = m_levels.rbegin(); level != m_levels.rend(); ++level)
        rank = rank * 64 + static_cast<uint32_t>(std::countr_zero((*level)[rank]));
    return rank;
}

MergeQueue::MergeQueue(uint32_t ranks) : m_buckets(ranks), m_waiting(ranks) {}

void MergeQueue::push(Entry entry) {
    Bucket& bucket = m_buckets[entry.rank];
    if (bucket.first == 0) {
        bucket.first = bucket.last = newChunk();
        m_waiting.insert(entry.rank);
    } else if (m_chunks[bucket.last - 1].used == std::tuple_size_v<decltype(Chunk::places)>) {
        const uint32_t added = newChunk();
        m_chunks[bucket.last - 1].next = added;
        bucket.last = added;
    }
    Chunk& chunk = m_chunks[bucket.last - 1];
    chunk.places[chunk.used++] = {entry.position, entry.size};
    if (m_depth == 0 || entry.rank <= m_batches[m_depth - 1].rank) m_choose = true;
}

std::optional<MergeQueue::Entry> MergeQueue::pop() {
    while (true) {
        if (m_choose && !chooseBatch()) return {};
        Batch& batch = m_batches[m_depth - 1];
        if (const auto place = take(batch)) return Entry{batch.rank, place->position, place->size};
        m_depth--;
        m_choose = true;
    }
}

bool MergeQueue::chooseBatch() {
    const auto lowest = m_waiting.lowest();
    const bool working = m_depth > 0;
    if (!lowest && !working) return false;
    if (lowest && working && *lowest == m_batches[m_depth - 1].rank)
        addLate(m_batches[m_depth - 1]);
    else if (lowest && (!working || *lowest < m_batches[m_depth - 1].rank))
        begin(*lowest);
    m_choose = false;
    return true;
}

uint32_t MergeQueue::newChunk() {
    if (m_free == 0) {
        m_chunks.emplace_back();
        return static_cast<uint32_t>(m_chunks.size());
    }
    const uint32_t chunk = m_free;
    m_free = m_chunks[chunk - 1].next;
    m_chunks[chunk - 1].used = m_chunks[chunk - 1].next = 0;
    return chunk;
}

void MergeQueue::begin(uint32_t rank) {
    if (m_depth == m_batches.size()) m_batches.emplace_back();
    Batch& batch = m_batches[m_depth++];
    batch.rank = rank;
    batch.next = 0;
    batch.sorted.clear();
    drain(rank, [&](Place place) { batch.sorted.push_back(place); });
    if (!std::ranges::is_sorted(batch.sorted)) std::ranges::sort(batch.sorted);
}

void MergeQueue::addLate(Batch& batch) {
    drain(batch.rank, [&](Place place) { batch.late.push(place); });
}

template <class Take>
void MergeQueue::drain(uint32_t rank, Take takeOne) {
    Bucket& bucket = m_buckets[rank];
    if (bucket.first == 0) return;
    for (uint32_t i = bucket.first; i != 0; i = m_chunks[i - 1].next) {
        const Chunk& chunk = m_chunks[i - 1];
        for (uint32_t k = 0; k < chunk.used; k++) takeOne(chunk.places[k]);
    }
    m_chunks[bucket.last - 1].next = m_free;
    m_free = bucket.first;
    bucket = {};
    m_waiting.erase(rank);
}

std::optional<MergeQueue::Place> MergeQueue::take(Batch& batch) {
    const bool more = batch.next < batch.sorted.size();
    if (!batch.late.empty() && (!more || batch.late.top() < batch.sorted[batch.next])) {
        const Place place = batch.late.top();
        batch.late.pop();
        return place;
    }
    return more ? std::optional(batch.sorted[batch.next++]) : std::nullopt;
}

}  // namespace monochord
