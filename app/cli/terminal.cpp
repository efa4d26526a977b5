#include "terminal.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>

namespace monochord::cli {

namespace {

volatile std::sig_atomic_t interrupted = 0;

void onInterrupt(int number) {
    interrupted = 1;
    std::signal(number, SIG_DFL);
}

}  // namespace

std::string harmless(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); i++) {
        const auto c = static_cast<unsigned char>(text[i]);
        const bool c1 =
            c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;  // U+0080 … U+009F
        if (c1)
            i++;
        else if ((c >= 0x20 && c != 0x7F) || c == '\n' || c == '\t')
            out.push_back(text[i]);
    }
    return out;
}

void printNow(std::string_view text) {
    const std::string safe = harmless(text);
    std::fwrite(safe.data(), 1, safe.size(), stdout);
    std::fflush(stdout);
}

bool errorsGoToTerminal() {
    return isatty(STDERR_FILENO) == 1;
}

InterruptStop::InterruptStop() {
    interrupted = 0;
    m_before = std::signal(SIGINT, onInterrupt);
    m_watcher = std::jthread([this](const std::stop_token& over) {
        while (!over.stop_requested()) {
            if (interrupted) m_stop.request_stop();
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    });
}

InterruptStop::~InterruptStop() {
    std::signal(SIGINT, m_before == SIG_ERR ? SIG_DFL : m_before);
}

}  // namespace monochord::cli
