import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

/** The shapes that this build speaks: the API's generation, then a number that grows when shapes are added. */
export const PROTOCOL_VERSION = "2.0";

export const ClientInfoSchema = Type.Named(
  "ClientInfo",
  Type.Object({ name: Type.String(), title: Type.Maybe(Type.String()), version: Type.String() }),
);
export type ClientInfo = Static<typeof ClientInfoSchema>;

/** What a client of a later date can do. Sending it at all asks for answers in the later spellings. */
export const InitializeCapabilitiesSchema = Type.Named(
  "InitializeCapabilities",
  Type.Object({
    experimentalApi: Type.Optional(Type.Boolean()),
    /** Notifications that the client does not want. */
    optOutNotificationMethods: Type.Maybe(Type.Array(Type.String())),
  }),
);
export type InitializeCapabilities = Static<typeof InitializeCapabilitiesSchema>;

export const InitializeParamsSchema = Type.Named(
  "InitializeParams",
  Type.Object({ clientInfo: ClientInfoSchema, capabilities: Type.Maybe(InitializeCapabilitiesSchema) }),
);
export type InitializeParams = Static<typeof InitializeParamsSchema>;

export const InitializeResponseSchema = Type.Named(
  "InitializeResponse",
  Type.Object({
    userAgent: Type.String(),
    /** Ours: the server's `PROTOCOL_VERSION`. */
    protocolVersion: Type.Maybe(Type.String()),
  }),
);
export type InitializeResponse = Static<typeof InitializeResponseSchema>;

export const initialize = defineMethod({
  method: "initialize",
  direction: "clientToServer",
  params: InitializeParamsSchema,
  result: InitializeResponseSchema,
  doc: "The first request of a connection: says who the client is. A second one is refused and the first identity stays.",
});
