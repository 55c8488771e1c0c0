import type { LegacyHandler } from "./handler.ts";

/** `getUserAgent`: what `initialize` answered. */
export const getUserAgent: LegacyHandler<"getUserAgent"> = (_, { session }) => ({
  userAgent: session.introduction?.userAgent ?? "",
});
