import type { LegacyMethod, LegacyParamsOf, LegacyResultOf } from "@heddle/protocol";
import type { Call } from "../handlers/handler.ts";

/** Serves one method of the first API. Returns the result or throws; the dispatcher owns the answer. */
export type LegacyHandler<M extends LegacyMethod> = (
  params: LegacyParamsOf<M>,
  call: Call,
) => Promise<LegacyResultOf<M>> | LegacyResultOf<M>;
