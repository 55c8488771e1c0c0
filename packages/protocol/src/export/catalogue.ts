import type { TSchema } from "@sinclair/typebox";
import type { MethodDefinition, NotificationDefinition } from "../define.ts";
import { ExecPolicyAmendmentSchema } from "../definitions/approval.ts";
import { ConfigWriteErrorDataSchema } from "../definitions/config.ts";
import {
  clientMethods,
  clientNotifications,
  serverMethods,
  serverNotifications,
  type ClientMethod,
  type ServerNotificationMethod,
} from "../registry.ts";
import { JSONRPCMessageSchema, RequestIdSchema } from "../rpc/schemas.ts";

/** What of the declared protocol a server has; the exports hold that, and what it refers to. */
export interface Implemented {
  readonly implemented: readonly ClientMethod[];
  /** Absent: all that are declared. */
  readonly notifications?: readonly ServerNotificationMethod[];
}

/** One of the four unions that tell every message of one kind apart by its method. */
export interface MessageUnion {
  readonly name: "ClientRequest" | "ServerRequest" | "ServerNotification" | "ClientNotification";
  readonly members: readonly (MethodDefinition | NotificationDefinition)[];
}

/** What is exported: definitions by name, in alphabetical order, and the unions of messages. */
export interface Catalogue {
  readonly definitions: ReadonlyMap<string, TSchema>;
  readonly unions: readonly MessageUnion[];
}

/** Everything that is declared. */
export const EVERYTHING: Implemented = { implemented: Object.values(clientMethods).map(({ method }) => method) };

/** Definitions that no method mentions: clients know them by name. */
const MENTIONED_NOWHERE = [
  RequestIdSchema,
  JSONRPCMessageSchema,
  ConfigWriteErrorDataSchema,
  ExecPolicyAmendmentSchema,
];

export function catalogue({ implemented, notifications }: Implemented): Catalogue {
  const methods = implemented.map((method) => clientMethods[method]);
  const told = Object.values(serverNotifications).filter(({ method }) => notifications?.includes(method) ?? true);
  const unions: readonly MessageUnion[] = [
    { name: "ClientRequest", members: methods },
    { name: "ServerRequest", members: Object.values(serverMethods) },
    { name: "ServerNotification", members: told },
    { name: "ClientNotification", members: Object.values(clientNotifications) },
  ];
  const found = new Map<string, TSchema>();
  for (const schema of MENTIONED_NOWHERE) collect(schema, found);
  for (const { members } of unions) {
    for (const member of members) {
      collect(member.params, found);
      if ("result" in member) collect(member.result, found);
    }
  }
  const definitions = new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
  return { definitions, unions };
}

function collect(schema: TSchema | null, found: Map<string, TSchema>): void {
  if (schema === null) return;
  if (schema.$id !== undefined) {
    if (found.has(schema.$id)) return;
    found.set(schema.$id, schema);
  }
  for (const inner of innerSchemas(schema)) collect(inner, found);
}

/** The schemas that a schema is made of. */
export function innerSchemas(schema: TSchema): readonly TSchema[] {
  const { properties, items, additionalProperties, anyOf } = schema;
  return [
    ...Object.values<TSchema>(properties ?? {}),
    ...(items === undefined ? [] : [items]),
    ...(additionalProperties === undefined ? [] : [additionalProperties]),
    ...(anyOf ?? []),
  ];
}
