import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeOutput } from "./decode.ts";

const NONE = new Uint8Array(0);
const decode = (bytes: Uint8Array): string => decodeOutput({ head: bytes, tail: NONE, omittedBytes: 0 });
const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(" ", ""), "hex");

test("valid UTF-8 comes out as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(decode(Buffer.from(text, "utf8"))).toBe(text);
    }),
  );
});

describe("other encodings are recognised", () => {
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    [
      "windows-1252, accents",
      Buffer.from("Größe der Datei: très élevée à Málaga", "latin1"),
      "Größe der Datei: très élevée à Málaga",
    ],
    ["windows-1252, a short word", bytes("e9 74 e9"), "été"],
    ["windows-1252, an accent before plain letters", Buffer.from("ähnlich", "latin1"), "ähnlich"],
    ["windows-1252, accents in one word", Buffer.from("déjà vu", "latin1"), "déjà vu"],
    ["windows-1252, typographic quotes", bytes("73 61 69 64 20 93 68 69 94 20 96 20 69 74 92 73"), "said “hi” – it’s"],
    [
      "windows-1251",
      bytes("ce f8 e8 e1 ea e0 3a 20 f4 e0 e9 eb 20 ed e5 20 ed e0 e9 e4 e5 ed"),
      "Ошибка: файл не найден",
    ],
    ["ibm866", bytes("8e e8 a8 a1 aa a0 3a 20 e4 a0 a9 ab 20 ad a5 20 ad a0 a9 a4 a5 ad"), "Ошибка: файл не найден"],
    [
      "Shift_JIS",
      bytes("83 74 83 40 83 43 83 8b 82 aa 8c a9 82 c2 82 a9 82 e8 82 dc 82 b9 82 f1"),
      "ファイルが見つかりません",
    ],
    ["GBK", bytes("d5 d2 b2 bb b5 bd ce c4 bc fe a3 ba 20 61 2e 74 78 74"), "找不到文件： a.txt"],
    ["UTF-16 with a mark, little-endian", bytes("ff fe 68 00 69 00 fc 00"), "hiü"],
    ["UTF-16 with a mark, big-endian", bytes("fe ff 00 68 00 69 00 fc"), "hiü"],
  ];
  test.each(cases)("%s", (_, input, text) => {
    expect(decode(input)).toBe(text);
  });
});

test("what is no text at all keeps its readable parts, with replacement characters", () => {
  expect(decode(bytes("00 01 61 62 ff 00 80 63"))).toBe("\u0000\u0001ab\uFFFD\u0000\uFFFDc");
});

test("where bytes were left out a line says how many, and no character is cut in two", () => {
  const head = Buffer.from("aä").subarray(0, 2);
  const tail = Buffer.from("€b").subarray(1);
  expect(decodeOutput({ head, tail, omittedBytes: 7 })).toBe("a\n…10 bytes omitted…\nb");
});
