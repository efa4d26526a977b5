#include "render/blocks.h"
