import { createHash } from "node:crypto";

/** The id that git gives a blob with this content, 40 hexadecimal digits. No filter of a repository is applied. */
export function blobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
