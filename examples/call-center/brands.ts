import type { VoiceStackArgs } from "./voice-stack";

/** What tells one brand from another; the vendors' keys are the same for all. */
export type Brand = Omit<VoiceStackArgs, "secrets" | "webhookPassword">;

/** The brands, by the names of their resources. */
export const brands = {
  alpine: {
    title: "Alpine Outfitters",
    twilioAccountSid: "AC00000000000000000000000000000011",
    numbers: ["+14155550110", "+14155550111"],
    voice: "rachel",
    isLive: true,
  },
  bistro: {
    title: "Bistro Nord",
    twilioAccountSid: "AC00000000000000000000000000000012",
    numbers: ["+14155550120"],
    voice: "antoine",
    isLive: true,
  },
  clinic: {
    title: "Clinic am Park",
    twilioAccountSid: "AC00000000000000000000000000000013",
    numbers: ["+14155550130"],
    voice: "clara",
    isLive: false,
  },
} as const satisfies Record<string, Brand>;
