import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

const GatewayAuthSchema = Type.Named(
  "GatewayAuth",
  Type.Union([
    Type.Object({ mode: Type.Tag("none") }),
    Type.Object({ mode: Type.Tag("environmentVariable"), envKey: Type.String() }),
    Type.Object({ mode: Type.Tag("externallyConfigured"), envKey: Type.Maybe(Type.String()) }),
  ]),
);

const ProviderSettingsSchema = Type.Named(
  "ProviderSettings",
  Type.Union([
    Type.Object({ type: Type.Tag("openai") }),
    Type.Object({ type: Type.Tag("customGateway"), auth: GatewayAuthSchema }),
    Type.Object({ type: Type.Tag("bedrock"), profile: Type.Maybe(Type.String()), region: Type.Maybe(Type.String()) }),
    Type.Object({
      type: Type.Tag("gcp"),
      credentialFile: Type.Maybe(Type.String()),
      location: Type.Maybe(Type.String()),
      projectId: Type.Maybe(Type.String()),
    }),
  ]),
);

/** A provider that a model can be asked of. No key is in it. */
export const ModelProviderSummarySchema = Type.Named(
  "ModelProviderSummary",
  Type.Object({
    id: Type.String(),
    name: Type.String(),
    baseUrl: Type.Maybe(Type.String()),
    /** Whether it stands in the person's configuration. */
    canEdit: Type.Boolean(),
    settings: ProviderSettingsSchema,
  }),
);
export type ModelProviderSummary = Static<typeof ModelProviderSummarySchema>;
