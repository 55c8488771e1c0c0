/** The files below a root, ready to be searched: relative paths, one after the other, each ended by a NUL byte. */
export interface PathIndex {
  readonly bytes: Uint8Array;
  /** The same with small letters for capital ones. */
  readonly lower: Uint8Array;
  /** Where each path begins; one more than there are paths, the last being the end. */
  readonly starts: Uint32Array;
  /** What characters each path has, as `characterBit` says. */
  readonly masks: Int32Array;
}

/** The bit of paths that are not ASCII; they have all others too. */
const NOT_ASCII = 1 << 31;

/** Each small letter has a bit of its own, digits and the rest share theirs. */
export function characterBit(code: number): number {
  if (code > 127) return NOT_ASCII;
  if (code >= 97 && code <= 122) return 1 << (code - 97);
  if (code >= 65 && code <= 90) return 1 << (code - 65);
  if (code >= 48 && code <= 57) return 1 << 26;
  return 1 << (27 + (code % 4));
}

const BITS = Int32Array.from({ length: 256 }, (_, code) => characterBit(code));
const LOWER = Uint8Array.from({ length: 256 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));

export function isAscii(mask: number): boolean {
  return (mask & NOT_ASCII) === 0;
}

/** Makes an index while the listing comes, in pieces that may end anywhere. */
export interface PathIndexer {
  add(piece: Uint8Array): void;
  /** A last path without its NUL was cut off and does not count. */
  finish(): PathIndex;
}

export function createPathIndexer(): PathIndexer {
  let bytes = new Uint8Array(64 * 1024);
  let lower = new Uint8Array(bytes.length);
  const starts = [0];
  const masks: number[] = [];
  let length = 0;
  let mask = 0;

  const reserve = (size: number): void => {
    if (size <= bytes.length) return;
    bytes = enlarged(bytes, 2 * size);
    lower = enlarged(lower, 2 * size);
  };
  return {
    add(piece) {
      reserve(length + piece.length);
      bytes.set(piece, length);
      for (let at = length, end = length + piece.length; at < end; at += 1) {
        const byte = bytes[at] ?? 0;
        lower[at] = LOWER[byte] ?? 0;
        if (byte !== 0) {
          mask |= BITS[byte] ?? 0;
          continue;
        }
        starts.push(at + 1);
        masks.push(isAscii(mask) ? mask : -1);
        mask = 0;
      }
      length += piece.length;
    },
    finish() {
      const end = starts.at(-1) ?? 0;
      return {
        bytes: bytes.slice(0, end),
        lower: lower.slice(0, end),
        starts: Uint32Array.from(starts),
        masks: Int32Array.from(masks),
      };
    },
  };
}

function enlarged(array: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(array);
  return larger;
}
