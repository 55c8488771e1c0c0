import { parseFailure, type Place } from "./failure.ts";
import { readFormatParts, readStringToken } from "./string-literal.ts";
import type { FormatPart } from "./syntax.ts";

/** A token; `newline` ends a statement, `indent` and `dedent` frame a block. */
export type Token = Place &
  (
    | { readonly type: "name" | "keyword" | "operator"; readonly text: string }
    | { readonly type: "int"; readonly value: number }
    | { readonly type: "string"; readonly value: string }
    | { readonly type: "format"; readonly parts: readonly FormatPart[] }
    | { readonly type: "newline" | "indent" | "dedent" | "end" }
  );

const KEYWORDS = new Set("and break continue def elif else for if in lambda load not or pass return".split(" "));
/** Words of Python that Starlark keeps free: no names, and nothing one could use. */
const RESERVED = new Set(
  `as assert async await class del except finally from global import is nonlocal raise try while with yield`.split(" "),
);

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const INT = /0[xX][0-9a-fA-F]+|0[oO][0-7]+|\d+/y;
const OPERATOR = /\/\/=|\/\/|[=!<>+\-*%|]=|\*\*|[-+*%|=<>()[\]{},.:;]/y;
const STRING_START = /(?:[rf]|rf|fr)?["']/y;

/** Cuts a script into tokens. @throws ScriptFailure `starlark-parse`. */
export function tokenize(source: string): Token[] {
  return new Lexer(source).run();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  /** Columns of the blocks that are open. */
  readonly #indents = [0];
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source.replace(/\r\n?/g, "\n");
  }

  run(): Token[] {
    this.#indentation();
    while (this.#at < this.#source.length) this.#next();
    if (this.#depth > 0) throw parseFailure("unexpected end of file inside of brackets", this.#place());
    if (this.#tokens.length > 0 && this.#tokens.at(-1)?.type !== "newline") this.#push({ type: "newline" });
    for (; this.#indents.length > 1; this.#indents.pop()) this.#push({ type: "dedent" });
    this.#push({ type: "end" });
    return this.#tokens;
  }

  #next(): void {
    const char = this.#source[this.#at] ?? "";
    if (char === "\n") return this.#newline();
    if (char === " " || char === "\t") return void (this.#at += 1);
    if (char === "#") return void this.#match(/#[^\n]*/y);
    if (char === "\\" && this.#source[this.#at + 1] === "\n") return this.#continueLine();
    if (this.#peek(STRING_START)) return this.#string();
    const place = this.#place();
    const name = this.#match(NAME);
    if (name !== null) return this.#word(name, place);
    const int = this.#match(INT);
    if (int !== null) return this.#int(int, place);
    const operator = this.#match(OPERATOR);
    if (operator === null) throw parseFailure(`unexpected character ${JSON.stringify(char)}`, place);
    if ("([{".includes(operator)) this.#depth += 1;
    if (")]}".includes(operator)) this.#depth = Math.max(0, this.#depth - 1);
    this.#tokens.push({ type: "operator", text: operator, ...place });
  }

  #newline(): void {
    if (this.#depth === 0) this.#push({ type: "newline" });
    this.#at += 1;
    this.#startLine();
    if (this.#depth === 0) this.#indentation();
  }

  #continueLine(): void {
    this.#at += 2;
    this.#startLine();
  }

  #startLine(): void {
    this.#line += 1;
    this.#lineStart = this.#at;
  }

  /** Reads the blanks at the start of a line, over lines with nothing on them, and opens or closes blocks. */
  #indentation(): void {
    let width = 0;
    for (;;) {
      const blanks = this.#match(/[ \t]*/y) ?? "";
      this.#match(/#[^\n]*/y);
      width = [...blanks].reduce((sum, char) => (char === "\t" ? sum - (sum % 8) + 8 : sum + 1), 0);
      if (this.#source[this.#at] !== "\n") break;
      this.#at += 1;
      this.#startLine();
    }
    if (this.#at >= this.#source.length) return;
    if (width > (this.#indents.at(-1) ?? 0)) {
      this.#indents.push(width);
      this.#push({ type: "indent" });
    }
    while (width < (this.#indents.at(-1) ?? 0)) {
      this.#indents.pop();
      this.#push({ type: "dedent" });
    }
    if (width !== this.#indents.at(-1)) throw parseFailure("indentation fits no open block", this.#place());
  }

  #word(text: string, place: Place): void {
    if (RESERVED.has(text)) throw parseFailure(`\`${text}\` is a reserved word and not supported`, place);
    this.#tokens.push({ type: KEYWORDS.has(text) ? "keyword" : "name", text, ...place });
  }

  #int(text: string, place: Place): void {
    const value = Number(text);
    if (/^0\d*[1-9]/.test(text)) throw parseFailure("a number must not start with 0", place);
    if (!Number.isSafeInteger(value)) throw parseFailure("number too large", place);
    if (this.#peek(/[A-Za-z0-9_.]/y)) throw parseFailure("only whole numbers are supported", place);
    this.#tokens.push({ type: "int", value, ...place });
  }

  #string(): void {
    const place = this.#place();
    const { prefix, body, isRaw, end, bodyStart } = readStringToken(this.#source, this.#at, place);
    const parts = readFormatParts(body, { isRaw, isFormat: prefix.includes("f"), place });
    this.#countLines(bodyStart, end);
    const [only] = parts;
    if (prefix.includes("f")) this.#tokens.push({ type: "format", parts, ...place });
    else this.#tokens.push({ type: "string", value: only !== undefined && "text" in only ? only.text : "", ...place });
  }

  #countLines(from: number, to: number): void {
    for (let at = this.#source.indexOf("\n", from); at !== -1 && at < to; at = this.#source.indexOf("\n", at + 1)) {
      this.#line += 1;
      this.#lineStart = at + 1;
    }
    this.#at = to;
  }

  #peek(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#source);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0] ?? null;
    this.#at += text?.length ?? 0;
    return text;
  }

  #push(token: { type: "newline" | "indent" | "dedent" | "end" }): void {
    this.#tokens.push({ ...token, ...this.#place() });
  }

  #place(): Place {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }
}
