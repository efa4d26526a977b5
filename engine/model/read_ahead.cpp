#include "model/read_ahead.h"

#include <algorithm>
#include <chrono>

#include "monochord/system.h"

namespace monochord {

namespace {

constexpr size_t kStep = size_t{1} << 20;        // bytes between two looks at the stop token: 2 ms of a common SSD
constexpr size_t kAnnounced = size_t{16} << 20;  // bytes that the system may read before they are touched

}  // namespace

ReadAhead::ReadAhead(const GgufFile& file)
    : m_file(&file), m_total(file.fileBytes()), m_thread([this](const std::stop_token& stop) { read(stop); }) {}

void ReadAhead::read(const std::stop_token& stop) {
    if (total() > availableMemory().value_or(total()))
        m_done = total();
    else
        for (const GgufFile::Part& part : m_file->parts()) readPart(*part.file, stop);
}

void ReadAhead::readPart(const MappedFile& file, const std::stop_token& stop) {
    const size_t size = file.bytes().size();
    for (size_t at = 0, announced = 0; at < size && !stop.stop_requested();) {
        const size_t end = std::min(size, at + kStep), soon = std::min(size, at + kAnnounced);
        file.announce(announced, soon - announced);
        announced = soon;
        if (!file.isInMemory(at, end - at)) file.touch(at, end - at);
        m_done += end - at;
        at = end;
    }
}

void ReadAhead::waitBeyond(uint64_t seen) const {
    constexpr auto kPause = std::chrono::microseconds(200);
    for (int i = 0; i < 50 && m_done == seen; i++) std::this_thread::sleep_for(kPause);
}

}  // namespace monochord
