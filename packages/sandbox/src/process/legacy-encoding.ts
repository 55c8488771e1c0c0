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
    ["shift_jis", isValid(bytes, "shift_jis") ? pairScore(sample, japaneseWeight) : 0],
    ["gbk", isValid(bytes, "gbk") ? pairScore(sample, chineseWeight) : 0],
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

/** Whether the sample is text in an encoding of several bytes a character. */
function isValid(bytes: Uint8Array, encoding: "shift_jis" | "gbk"): boolean {
  try {
    // A character that the sample cuts in two is no error: `stream` waits for its rest.
    const stream = bytes.length > SAMPLE_BYTES;
    new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, SAMPLE_BYTES), { stream });
    return true;
  } catch {
    return false;
  }
}

/**
 * What the characters beyond ASCII are worth, each by its two bytes; a weight of null is that of a single byte. Accented
 * letters and the plain ones behind them are valid pairs, too: of those that speech is made of they are few.
 */
function pairScore(sample: Uint8Array, weigh: (lead: number, trail: number) => number | null): number {
  let score = 0;
  for (let at = 0; at < sample.length; at += 1) {
    const lead = sample[at] ?? 0;
    if (lead < 0x80) continue;
    const weight = weigh(lead, sample[at + 1] ?? 0);
    score += weight ?? -2;
    if (weight !== null) at += 1;
  }
  return score;
}

/** Kana and the usual kanji have low leads; half-width kana are single bytes. */
function japaneseWeight(lead: number): number | null {
  if (lead >= 0xa0 && lead <= 0xdf) return null;
  if (lead >= 0xe0) return 0.5;
  return lead <= 0x83 || lead >= 0x88 ? 2 : -2;
}

/** The usual characters, those of GB 2312, have two high bytes, and the most frequent of them come first. */
function chineseWeight(lead: number, trail: number): number {
  if (trail < 0xa1 || lead < 0xa1) return -1;
  return lead <= 0xa3 || (lead >= 0xb0 && lead <= 0xd7) ? 2 : 0.5;
}

/** Frequent letters count; a capital inside a word, a lone sign and a plain letter beside a Cyrillic one count against. */
function cyrillicScore(sample: Uint8Array, encoding: LegacyEncoding): number {
  let score = 0;
  let previous = "";
  for (const char of new TextDecoder(encoding).decode(sample)) {
    if (isMixed(previous, char)) score -= 1;
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

function isMixed(one: string, other: string): boolean {
  return /^(?:[a-z][а-яё]|[а-яё][a-z])$/i.test(one + other);
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
