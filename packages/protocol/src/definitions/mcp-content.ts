import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

export const RoleSchema = Type.Named("Role", Type.Enum(["assistant", "user"]));
export type Role = Static<typeof RoleSchema>;

export const AnnotationsSchema = Type.Named(
  "Annotations",
  Type.Object({
    audience: Type.Maybe(Type.Array(RoleSchema)),
    lastModified: Type.Maybe(Type.String()),
    priority: Type.Maybe(Type.Double()),
  }),
);
export type Annotations = Static<typeof AnnotationsSchema>;

const annotations = Type.Maybe(AnnotationsSchema);

export const TextContentSchema = Type.Named(
  "TextContent",
  Type.Object({ annotations, text: Type.String(), type: Type.String() }),
);
export type TextContent = Static<typeof TextContentSchema>;

export const ImageContentSchema = Type.Named(
  "ImageContent",
  Type.Object({ annotations, data: Type.String(), mimeType: Type.String(), type: Type.String() }),
);
export type ImageContent = Static<typeof ImageContentSchema>;

export const AudioContentSchema = Type.Named(
  "AudioContent",
  Type.Object({ annotations, data: Type.String(), mimeType: Type.String(), type: Type.String() }),
);
export type AudioContent = Static<typeof AudioContentSchema>;

const resource = {
  annotations,
  description: Type.Maybe(Type.String()),
  mimeType: Type.Maybe(Type.String()),
  name: Type.String(),
  size: Type.Maybe(Type.Int64()),
  title: Type.Maybe(Type.String()),
  uri: Type.String(),
};

export const ResourceSchema = Type.Named("Resource", Type.Object(resource));
export type Resource = Static<typeof ResourceSchema>;

export const ResourceLinkSchema = Type.Named("ResourceLink", Type.Object({ ...resource, type: Type.String() }));
export type ResourceLink = Static<typeof ResourceLinkSchema>;

export const TextResourceContentsSchema = Type.Named(
  "TextResourceContents",
  Type.Object({ mimeType: Type.Maybe(Type.String()), text: Type.String(), uri: Type.String() }),
);
export type TextResourceContents = Static<typeof TextResourceContentsSchema>;

export const BlobResourceContentsSchema = Type.Named(
  "BlobResourceContents",
  Type.Object({ blob: Type.String(), mimeType: Type.Maybe(Type.String()), uri: Type.String() }),
);
export type BlobResourceContents = Static<typeof BlobResourceContentsSchema>;

export const EmbeddedResourceResourceSchema = Type.Named(
  "EmbeddedResourceResource",
  Type.Union([TextResourceContentsSchema, BlobResourceContentsSchema]),
);
export type EmbeddedResourceResource = Static<typeof EmbeddedResourceResourceSchema>;

export const EmbeddedResourceSchema = Type.Named(
  "EmbeddedResource",
  Type.Object({ annotations, resource: EmbeddedResourceResourceSchema, type: Type.String() }),
);
export type EmbeddedResource = Static<typeof EmbeddedResourceSchema>;

/** One piece of an MCP tool's result, as the server sent it: members that are not declared here stay. */
export const ContentBlockSchema = Type.Named(
  "ContentBlock",
  Type.Union([TextContentSchema, ImageContentSchema, AudioContentSchema, ResourceLinkSchema, EmbeddedResourceSchema]),
);
export type ContentBlock = Static<typeof ContentBlockSchema>;
