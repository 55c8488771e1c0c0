/** 0x80 to 0x9f, the part that differs from Latin-1; unused codes stay as they are. */
const UPPER_CONTROLS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** Like `TextDecoder`, which in Node 20 takes windows-1252 for Latin-1 (https://github.com/nodejs/node/issues/56542). */
export function decodeWindows1252(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return latin1.replaceAll(/[\u0080-\u009f]/g, (char) => UPPER_CONTROLS[char.charCodeAt(0) - 0x80] ?? char);
}
