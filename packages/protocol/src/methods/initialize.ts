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
    /** Ours: this client looks on. It is asked nothing, and requests that would change something are refused. */
    observer: Type.Optional(Type.Boolean()),
    /** Ours: notifications of threads carry `eventCursor`, with which `thread/resume` catches up. */
    eventCursor: Type.Optional(Type.Boolean()),
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
    /** The folder of the server's own files; this and the platform for clients that speak the newer dialect. */
    codexHome: Type.Optional(Type.String()),
    /** `unix` or `windows`. */
    platformFamily: Type.Optional(Type.String()),
    /** `linux`, `macos` or `windows`. */
    platformOs: Type.Optional(Type.String()),
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
