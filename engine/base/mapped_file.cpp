#include "base/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <system_error>

namespace monochord {

namespace {

/// A mapping as the signal handler sees it. `begin` is written last and cleared first: a handler that runs between
/// sees no mapping.
struct Slot {
    std::atomic<bool> taken = false;
    std::atomic<uintptr_t> begin = 0;  // address; 0: none
    std::atomic<uintptr_t> end = 0;    // address of the first page after the mapping
    std::atomic<bool> damaged = false;
};
static_assert(std::atomic<uintptr_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

std::array<Slot, 256> slots;
struct sigaction previousHandler;
uintptr_t pageSize;  // bytes; written before the handler is installed

/// Replaces the mapping from the faulting page to its end with zeros: whatever lies behind the hole of a truncated file
/// is a hole as well, one call a fault keeps the kernel's list of mappings short, and the result is discarded anyway.
bool coverHole(uintptr_t address) {
    for (Slot& slot : slots) {
        const uintptr_t begin = slot.begin.load(), end = slot.end.load();
        if (begin == 0 || address < begin || address >= end || slot.begin.load() != begin) continue;
        const uintptr_t page = address / pageSize * pageSize;
        slot.damaged.store(true);
        return mmap(reinterpret_cast<void*>(page), end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                    0) != MAP_FAILED;
    }
    return false;
}

void restoreDefault(int signal) {
    struct sigaction byDefault = {};
    byDefault.sa_handler = SIG_DFL;
    sigaction(signal, &byDefault, nullptr);
}

/// What would have happened without us.
void passOn(int signal, siginfo_t* info, void* context) {
    const bool sentByProcess = info->si_code <= 0;
    const bool isFunction = (previousHandler.sa_flags & SA_SIGINFO) ||
                            (previousHandler.sa_handler != SIG_DFL && previousHandler.sa_handler != SIG_IGN);
    if (!isFunction) {
        if (previousHandler.sa_handler == SIG_IGN && sentByProcess) return;
        restoreDefault(signal);
        if (sentByProcess) raise(signal);  // a fault comes again by itself when we return
        return;
    }
    // Such a handler may raise the signal again and expects not to meet itself.
    if (previousHandler.sa_flags & static_cast<int>(SA_RESETHAND)) restoreDefault(signal);
    if (previousHandler.sa_flags & SA_SIGINFO)
        previousHandler.sa_sigaction(signal, info, context);
    else
        previousHandler.sa_handler(signal);
}

void onBusError(int signal, siginfo_t* info, void* context) {
    const int savedError = errno;
    const bool isFault = info->si_code > 0;
    if (!isFault || !coverHole(reinterpret_cast<uintptr_t>(info->si_addr))) passOn(signal, info, context);
    errno = savedError;
}

void installHandler() {
    static std::once_flag once;
    std::call_once(once, [] {
        pageSize = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
        sigaction(SIGBUS, nullptr, &previousHandler);
        struct sigaction ours = {};
        ours.sa_sigaction = onBusError;
        ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&ours.sa_mask);
        sigaction(SIGBUS, &ours, nullptr);
    });
}

int takeSlot() {
    for (size_t i = 0; i < slots.size(); i++)
        if (!slots[i].taken.exchange(true)) return static_cast<int>(i);
    return -1;
}

void watch(Slot& slot, const void* data, size_t size) {
    const auto begin = reinterpret_cast<uintptr_t>(data);
    slot.damaged = false;
    slot.end = (begin + size + pageSize - 1) / pageSize * pageSize;
    slot.begin = begin;
}

tl::unexpected<Error> refusal(int error) {
    switch (error) {
        case ENOENT:
        case ENOTDIR:
            return fail(ErrorCode::NotFound, "there is no such file");
        case EACCES:
        case EPERM:
            return fail(ErrorCode::NotReadable, "there is no permission to read the file");
        case ELOOP:
            return fail(ErrorCode::NotReadable, "the file is a loop of links");
        case ENXIO:
            return fail(ErrorCode::NotReadable, "this is a device or a socket, not a file");
        default:
            return fail(ErrorCode::NotReadable,
                        fmt::format("the file can't be opened: {}", std::generic_category().message(error)));
    }
}

Result<size_t> sizeOfRegularFile(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return refusal(errno);
    if (S_ISDIR(status.st_mode)) return fail(ErrorCode::NotReadable, "this is a folder, not a file");
    if (S_ISFIFO(status.st_mode)) return fail(ErrorCode::NotReadable, "this is a pipe, not a file");
    if (!S_ISREG(status.st_mode)) return fail(ErrorCode::NotReadable, "this is a device, not a file");
    if (status.st_size <= 0) return fail(ErrorCode::Truncated, "the file is empty");
    return static_cast<size_t>(status.st_size);
}

/// Closes the descriptor at the end of the scope; the mapping does not need it.
class Descriptor {
public:
    explicit Descriptor(int number) : m_number(number) {}
    ~Descriptor() {
        if (m_number >= 0) close(m_number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return m_number; }

private:
    int m_number;
};

}  // namespace

Result<std::unique_ptr<MappedFile>> MappedFile::open(const std::filesystem::path& path) {
    // O_NONBLOCK: opening a pipe must not wait for a writer. It means nothing for a regular file.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.number() < 0) return refusal(errno);
    const auto size = sizeOfRegularFile(file.number());
    if (!size) return tl::unexpected(size.error());

    installHandler();
    const int slot = takeSlot();
    if (slot < 0) return fail(ErrorCode::NotReadable, fmt::format("{} files are open already", slots.size()));
    void* data = mmap(nullptr, *size, PROT_READ, MAP_PRIVATE, file.number(), 0);
    if (data == MAP_FAILED) {
        const int error = errno;
        slots[static_cast<size_t>(slot)].taken = false;
        if (error == ENOMEM)
            return fail(ErrorCode::OutOfMemory,
                        fmt::format("there is no room in the address space for {} bytes", *size));
        return refusal(error);
    }
    watch(slots[static_cast<size_t>(slot)], data, *size);
    return std::unique_ptr<MappedFile>(new MappedFile({static_cast<const std::byte*>(data), *size}, slot));
}

MappedFile::~MappedFile() {
    Slot& slot = slots[static_cast<size_t>(m_slot)];
    slot.begin = 0;
    munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
    slot.taken = false;
}

void MappedFile::announce(size_t offset, size_t length) const {
    const size_t start = offset / pageSize * pageSize;  // a hint must begin at a page
    madvise(const_cast<std::byte*>(m_bytes.data()) + start, offset - start + length, MADV_WILLNEED);
}

bool MappedFile::isInMemory(size_t offset, size_t length) const {
    std::array<unsigned char, 256> pages;
    const size_t end = offset + length;
    for (size_t at = offset / pageSize * pageSize; at < end; at += pages.size() * pageSize) {
        const size_t count = (std::min(end - at, pages.size() * pageSize) + pageSize - 1) / pageSize;
        if (mincore(const_cast<std::byte*>(m_bytes.data()) + at, count * pageSize, pages.data()) != 0) return false;
        if (!std::all_of(pages.begin(), pages.begin() + count, [](unsigned char page) { return (page & 1) != 0; }))
            return false;
    }
    return true;
}

void MappedFile::touch(size_t offset, size_t length) const {
    // Not MADV_POPULATE_READ: in a file that shrank it fails, where a read leads to the handler and to damaged().
    for (size_t at = offset; at < offset + length; at += pageSize)
        static_cast<void>(*static_cast<const volatile std::byte*>(m_bytes.data() + at));
}

void MappedFile::release(size_t offset, size_t length) const {
    const size_t start = (offset + pageSize - 1) / pageSize * pageSize, end = (offset + length) / pageSize * pageSize;
    if (start < end) madvise(const_cast<std::byte*>(m_bytes.data()) + start, end - start, MADV_DONTNEED);
}

bool MappedFile::damaged() const {
    return slots[static_cast<size_t>(m_slot)].damaged;
}

}  // namespace monochord
