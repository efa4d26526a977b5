#pragma once

#include <atomic>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace monochord::cli {

/// Text of a model as it may be sent to a terminal: control characters other than line breaks and tabs are left out, so
/// that a reply can't move the cursor or change the terminal. UTF-8 is passed on.
std::string harmless(std::string_view text);

/// Prints a piece of a reply at once.
void printNow(std::string_view text);

/// Whether somebody sees what is written to standard error while it is written.
bool errorsGoToTerminal();

/// While it lives, Ctrl+C requests a stop instead of ending the program; a second one before the stop was seen ends it.
class InterruptStop {
public:
    InterruptStop();
    ~InterruptStop();
    InterruptStop(const InterruptStop&) = delete;
    InterruptStop& operator=(const InterruptStop&) = delete;
    std::stop_token token() const { return m_stop.get_token(); }

private:
    std::stop_source m_stop;
    std::jthread m_watcher;  // a signal handler may not request a stop itself
    void (*m_before)(int) = nullptr;
};

}  // namespace monochord::cli
