import type { TSchema } from "@sinclair/typebox";

/** Who sends. */
export type Direction = "clientToServer" | "serverToClient";

/** A request and its answer, declared once: dispatcher, client, exports and docs are derived from it. */
export interface MethodDefinition<
  Method extends string = string,
  Params extends TSchema | null = TSchema | null,
  Result extends TSchema = TSchema,
> {
  readonly method: Method;
  readonly direction: Direction;
  /** `null`: the method takes none. */
  readonly params: Params;
  readonly result: Result;
  readonly doc: string;
}

/** A message that is not answered. */
export interface NotificationDefinition<
  Method extends string = string,
  Params extends TSchema | null = TSchema | null,
> {
  readonly method: Method;
  readonly direction: Direction;
  readonly params: Params;
  readonly doc: string;
}

export function defineMethod<
  const Method extends string,
  const Params extends TSchema | null,
  const Result extends TSchema,
>(definition: MethodDefinition<Method, Params, Result>): MethodDefinition<Method, Params, Result> {
  return definition;
}

export function defineNotification<const Method extends string, const Params extends TSchema | null>(
  definition: NotificationDefinition<Method, Params>,
): NotificationDefinition<Method, Params> {
  return definition;
}
