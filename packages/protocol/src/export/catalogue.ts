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
import { LegacyEventSchema, legacyMethods, legacyNotifications, legacyServerMethods } from "../legacy/registry.ts";
import { JSONRPCMessageSchema, RequestIdSchema } from "../rpc/schemas.ts";

/** What of the declared protocol a server has; the exports hold that, and what it refers to. */
export interface Implemented {
  readonly implemented: readonly ClientMethod[];
  /** Absent: all that are declared. */
  readonly notifications?: readonly ServerNotificationMethod[];
  /** Whether it serves the first API too: all of it, for its definitions share names with later ones. */
  readonly legacy: boolean;
}

/** One of the four unions that tell every message of one kind apart by its method. */
export interface MessageUnion {
  readonly name: "ClientRequest" | "ServerRequest" | "ServerNotification" | "ClientNotification";
  readonly members: readonly (MethodDefinition | NotificationDefinition)[];
}

/** What is exported: definitions by name, in alphabetical order, and the unions of messages. */
export interface Catalogue {
  /** The folder of its files, `""` or ending in a slash. */
  readonly folder: string;
  readonly definitions: ReadonlyMap<string, TSchema>;
  readonly unions: readonly MessageUnion[];
}

/** Everything that is declared. */
export const EVERYTHING: Implemented = {
  implemented: Object.values(clientMethods).map(({ method }) => method),
  legacy: true,
};

/** Definitions that no method mentions: clients know them by name. */
const MENTIONED_NOWHERE = [
  RequestIdSchema,
  JSONRPCMessageSchema,
  ConfigWriteErrorDataSchema,
  ExecPolicyAmendmentSchema,
];

/** The first API in a folder of its own, beside the later one. */
export function catalogues(which: Implemented): readonly Catalogue[] {
  return which.legacy ? [current(which), legacy()] : [current(which)];
}

function current({ implemented, notifications }: Implemented): Catalogue {
  const methods = implemented.map((method) => clientMethods[method]);
  const told = Object.values(serverNotifications).filter(({ method }) => notifications?.includes(method) ?? true);
  const unions: readonly MessageUnion[] = [
    { name: "ClientRequest", members: methods },
    { name: "ServerRequest", members: Object.values(serverMethods) },
    { name: "ServerNotification", members: told },
    { name: "ClientNotification", members: Object.values(clientNotifications) },
  ];
  return catalogueOf({ folder: "", unions, besides: MENTIONED_NOWHERE });
}

function legacy(): Catalogue {
  const unions: readonly MessageUnion[] = [
    { name: "ClientRequest", members: Object.values(legacyMethods) },
    { name: "ServerRequest", members: Object.values(legacyServerMethods) },
    { name: "ServerNotification", members: Object.values(legacyNotifications) },
  ];
  return catalogueOf({ folder: "v1/", unions, besides: [RequestIdSchema, LegacyEventSchema] });
}

function catalogueOf(parts: {
  readonly folder: string;
  readonly unions: readonly MessageUnion[];
  readonly besides: readonly TSchema[];
}): Catalogue {
  const { folder, unions, besides } = parts;
  const found = new Map<string, TSchema>();
  for (const schema of besides) collect(schema, found);
  for (const { members } of unions) {
    for (const member of members) {
      collect(member.params, found);
      if ("result" in member) collect(member.result, found);
    }
  }
  const definitions = new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
  return { folder, definitions, unions };
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
