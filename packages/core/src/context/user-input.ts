import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { ContentItem } from "@heddle/models";
import type { UserInput } from "@heddle/protocol";
import { readImageHeader } from "./image-header.ts";

/** What a user has said, in its two forms. */
export interface UserContent {
  /** For the model: local images are in it as data URLs. */
  readonly content: ContentItem[];
  /** For clients and the log: local images stay paths, made absolute. */
  readonly wireInput: UserInput[];
}

/** Base64 makes a third more of it, and endpoints refuse requests of some ten megabytes more. */
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

/**
 * One content element per input element, in order. A local image that cannot be used becomes a text that says why, so
 * that no turn fails for it. Images are passed as they are: adapters know the limits of their endpoints.
 * Source: engine spec, section 3.6.
 */
export async function toContentItems(
  input: readonly UserInput[],
  { cwd }: { readonly cwd: string },
): Promise<UserContent> {
  const wireInput = input.map((part): UserInput =>
    part.type === "localImage" ? { ...part, path: resolve(cwd, part.path) } : part,
  );
  return { content: await Promise.all(wireInput.map(toContentItem)), wireInput };
}

async function toContentItem(part: UserInput): Promise<ContentItem> {
  switch (part.type) {
    case "text":
      return { type: "input_text", text: part.text };
    case "image":
      return { type: "input_image", image_url: part.url };
    case "localImage":
      return readLocalImage(part.path);
  }
}

async function readLocalImage(path: string): Promise<ContentItem> {
  try {
    // A pipe or a device would keep the turn waiting, or never end.
    const info = await stat(path);
    if (!info.isFile()) return unusable(path, "it is not a file");
    if (info.size > MAX_IMAGE_BYTES) return unusable(path, `it is larger than ${MAX_IMAGE_BYTES / 1024 / 1024} MiB`);
    const bytes = await readFile(path);
    const header = readImageHeader(bytes);
    if (header === null) return unusable(path, "it is not a valid PNG, JPEG, GIF or WebP image");
    return { type: "input_image", image_url: `data:${header.mimeType};base64,${bytes.toString("base64")}` };
  } catch (error) {
    return unusable(path, error instanceof Error ? error.message : String(error));
  }
}

function unusable(path: string, reason: string): ContentItem {
  return { type: "input_text", text: `The user attached the image \`${path}\`, but it could not be read: ${reason}` };
}
