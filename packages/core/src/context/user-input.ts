import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { ContentItem } from "@heddle/models";
import { mentionOf, type UserInput } from "@heddle/protocol";
import { readImageHeader, type ImageHeader } from "../images/image-header.ts";
import { fits } from "../images/image-size.ts";

/** What a user has said, in its two forms. */
export interface UserContent {
  /** For the model: local images are in it as data URLs. */
  readonly content: ContentItem[];
  /** For clients and the log: a local image is an image by now, or the text that says why it is none. */
  readonly wireInput: LoadedInput[];
}

/** Base64 makes a third more of it, and endpoints refuse requests of some ten megabytes more. */
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

/**
 * One content element per input element, in order; a skill is a mention, unless a text mentions it. A local image that
 * cannot be used becomes a text that says why, so that no turn fails for it. A PNG that is too large is scaled down; any
 * other image is passed as it is: endpoints know their own limits.
 * Source: engine spec, section 3.6.
 */
export async function toContentItems(
  input: readonly UserInput[],
  { cwd }: { readonly cwd: string },
): Promise<UserContent> {
  const wireInput = await Promise.all(
    input.map(async (part) => (part.type === "localImage" ? readLocalImage(resolve(cwd, part.path)) : part)),
  );
  return { content: wireInput.flatMap((part) => toContentItem(part, wireInput)), wireInput };
}

/** User input without files. */
type LoadedInput = Exclude<UserInput, { type: "localImage" }>;

function toContentItem(part: LoadedInput, input: readonly LoadedInput[]): ContentItem[] {
  switch (part.type) {
    case "text":
      return [{ type: "input_text", text: part.text }];
    case "image":
      return [{ type: "input_image", image_url: part.url }];
    case "skill": {
      const text = mentionOf(part, input);
      return text === null ? [] : [{ type: "input_text", text }];
    }
  }
}

async function readLocalImage(path: string): Promise<LoadedInput> {
  try {
    // A pipe or a device would keep the turn waiting, or never end.
    const info = await stat(path);
    if (!info.isFile()) return unusable(path, "it is not a file");
    if (info.size > MAX_IMAGE_BYTES) return unusable(path, `it is larger than ${MAX_IMAGE_BYTES / 1024 / 1024} MiB`);
    const bytes = await readFile(path);
    const header = readImageHeader(bytes);
    if (header === null) return unusable(path, "it is not a valid PNG, JPEG, GIF or WebP image");
    const usable = fits(header) ? bytes : ((await scaledDown(bytes, header)) ?? bytes);
    return { type: "image", url: `data:${header.mimeType};base64,${usable.toString("base64")}` };
  } catch (error) {
    return unusable(path, error instanceof Error ? error.message : String(error));
  }
}

/** The same image as a smaller file of its kind; null where that cannot be made. */
async function scaledDown(bytes: Buffer, { mimeType }: ImageHeader): Promise<Buffer | null> {
  if (mimeType !== "image/png") return null;
  const { fitPng } = await import("../images/fit-image.ts");
  return fitPng(bytes);
}

function unusable(path: string, reason: string): LoadedInput {
  return { type: "text", text: `Heddle could not read the local image at \`${path}\`: ${reason}` };
}
