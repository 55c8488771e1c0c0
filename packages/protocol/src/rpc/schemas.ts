import { Type } from "../schema/type.ts";

/** Schemas of the four message shapes, for the exports: a peer reads messages with `decodeMessage`. */
export const RequestIdSchema = Type.Named("RequestId", Type.Union([Type.String(), Type.Int64()]));

const JSONRPCRequestSchema = Type.Named(
  "JSONRPCRequest",
  Type.Object({ id: RequestIdSchema, method: Type.String(), params: Type.Optional(Type.Json()) }),
);

const JSONRPCNotificationSchema = Type.Named(
  "JSONRPCNotification",
  Type.Object({ method: Type.String(), params: Type.Optional(Type.Json()) }),
);

const JSONRPCResponseSchema = Type.Named("JSONRPCResponse", Type.Object({ id: RequestIdSchema, result: Type.Json() }));

const JSONRPCErrorErrorSchema = Type.Named(
  "JSONRPCErrorError",
  Type.Object({ code: Type.Int64(), data: Type.Optional(Type.Json()), message: Type.String() }),
);

const JSONRPCErrorSchema = Type.Named(
  "JSONRPCError",
  Type.Object({ error: JSONRPCErrorErrorSchema, id: RequestIdSchema }),
);

export const JSONRPCMessageSchema = Type.Named(
  "JSONRPCMessage",
  Type.Union([JSONRPCRequestSchema, JSONRPCNotificationSchema, JSONRPCResponseSchema, JSONRPCErrorSchema]),
);
