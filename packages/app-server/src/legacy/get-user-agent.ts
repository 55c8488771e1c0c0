import type { Handler } from "../handlers/handler.ts";

/** `getUserAgent`: what `initialize` answered. */
export const getUserAgent: Handler<"getUserAgent"> = (_, { session }) => ({
  userAgent: session.introduction?.userAgent ?? "",
});
