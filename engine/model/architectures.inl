// The table of architectures, one line each; the name is what a file in this folder defines.
MONOCHORD_ARCHITECTURE(kLlama)
MONOCHORD_ARCHITECTURE(kQwen2)
MONOCHORD_ARCHITECTURE(kQwen3)
MONOCHORD_ARCHITECTURE(kQwen3Moe)
MONOCHORD_ARCHITECTURE(kPhi3)
MONOCHORD_ARCHITECTURE(kSmolLm3)
