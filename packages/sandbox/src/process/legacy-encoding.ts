import { decodeWindows1252 } from "./windows-1252.ts";

/** What an output may be in when it is not UTF-8; names as `TextDecoder` knows them. */
export type LegacyEncoding = "windows-1252" | "windows-1251" | "ibm866" | "shift_jis" | "gbk";

/** Enough to tell encodings apart, little enough to cost nothing. */
const SAMPLE_BYTES = 64 * 1024;
/** The letters of which Russian text has most. */
const FREQUENT_CYRILLIC = new Set("оеаинтсрвлкмдпу");

/**
 * The legacy encoding that `bytes` most likely are in; null when it reads as text in none (binary output).
 * A frequency test: in the right encoding letters have neighbours of their own kind and the usual letters are frequent.
 */
export function guessEncoding(bytes: Uint8Array): LegacyEncoding | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (looksBinary(sample)) return null;
  if (hasOnlySmartPunctuation(sample)) return "windows-1252";
  const scores: readonly (readonly [LegacyEncoding, number])[] = [
    ["shift_jis", multiByteScore(sample, "shift_jis", isJapanese)],
    ["gbk", multiByteScore(sample, "gbk", isCommonChinese)],
    ["windows-1251", cyrillicScore(sample, "windows-1251")],
    ["ibm866", cyrillicScore(sample, "ibm866")],
    ["windows-1252", latinScore(sample)],
  ];
  const [best] = scores.toSorted(([, a], [, b]) => b - a);
  return best !== undefined && best[1] > 0 ? best[0] : null;
}

/** A NUL or many control characters: no text in any of these encodings. */
function looksBinary(sample: Uint8Array): boolean {
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) return true;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1b) controls += 1;
  }
  return controls * 10 > sample.length;
}

/** Typographic quotes and dashes in otherwise plain text: as Cyrillic letters they would read as noise between words. */
function hasOnlySmartPunctuation(sample: Uint8Array): boolean {
  let hasLetters = false;
  for (const byte of sample) {
    if ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) hasLetters = true;
    if (byte >= 0x80 && !(byte >= 0x91 && byte <= 0x97) && byte !== 0x99) return false;
  }
  return hasLetters;
}

/** One point for each usual character, minus one for each other beyond ASCII; none at all when the bytes are not valid. */
function multiByteScore(sample: Uint8Array, encoding: LegacyEncoding, isUsual: (code: number) => boolean): number {
  let text: string;
  try {
    // A character that the sample cuts in two is no error: `stream` waits for its rest.
    text = new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
  } catch {
    return 0;
  }
  let score = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0x80) score += isUsual(code) ? 2 : -2;
  }
  return score;
}

function isJapanese(code: number): boolean {
  return (code >= 0x3000 && code <= 0x30ff) || (code >= 0x4e00 && code <= 0x9fff);
}

function isCommonChinese(code: number): boolean {
  return (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3000 && code <= 0x301f) || (code >= 0xff01 && code <= 0xff5e);
}

/** Frequent letters count, a capital inside a word and a lone sign count against. */
function cyrillicScore(sample: Uint8Array, encoding: LegacyEncoding): number {
  let score = 0;
  let previous = "";
  for (const char of new TextDecoder(encoding).decode(sample)) {
    if (char >= "\u0080") {
      if (FREQUENT_CYRILLIC.has(char)) score += 1.2;
      else if (/[а-яё]/.test(char)) score += 0.7;
      else if (/[А-ЯЁ]/.test(char)) score += /[а-яё]/.test(previous) ? -1 : 0.6;
      else if (!/[─-▟]/.test(char)) score -= 1;
    }
    previous = char;
  }
  return score;
}

/** Accented letters stand beside plain ones; long runs of them do not occur. */
function latinScore(sample: Uint8Array): number {
  let score = 0;
  let run = 0;
  for (const char of decodeWindows1252(sample)) {
    if (char < "\u0080") {
      run = 0;
      continue;
    }
    run += 1;
    const isUsual = /[\u00c0-\u00ff€‘’“”–—…«»°§©®£¡¿·œŒšŠžŽ\u00a0]/.test(char);
    if (!isUsual) score -= 0.5;
    else score += run <= 2 ? 1 : -0.5;
  }
  return score;
}
