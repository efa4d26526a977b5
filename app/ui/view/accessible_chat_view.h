#pragma once

namespace monochord::app {

/// From now on assistive technology finds the text of every ChatView. May be called again.
void installChatViewAccessibility();

}  // namespace monochord::app
