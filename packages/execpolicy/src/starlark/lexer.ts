import { parseFailure, type Place } from "./failure.ts";
import { readFormatParts, readStringLiteral, readText } from "./string-literal.ts";
import type { FormatPart } from "./syntax.ts";

/** A token; `newline` ends a statement, `indent` and `dedent` frame a block. */
export type Token = { readonly at: Place } & (
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

const NAME = /[A-Za-z_]\w*/y;
const INT = /0[xX][0-9a-fA-F]+|0[oO][0-7]+|\d+/y;
const OPERATOR = /\/\/=?|\*\*|[=!<>+\-*%|]=|[-+*%|=<>()[\]{},.:;]/y;
const STRING_START = /[rf]{0,2}["']/y;
const BLANKS = /[ \t]*/y;
const COMMENT = /#[^\n]*/y;

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
  /** How many brackets are open: inside of them a line feed means nothing. */
  #depth = 0;

  constructor(source: string) {
    this.#source = source.replace(/\r\n?/g, "\n");
  }

  run(): Token[] {
    this.#indentation();
    while (this.#at < this.#source.length) this.#next();
    if (this.#depth > 0) throw parseFailure("unexpected end of file inside of brackets", this.#place());
    if (this.#tokens.length > 0 && this.#tokens.at(-1)?.type !== "newline") this.#push("newline");
    for (; this.#indents.length > 1; this.#indents.pop()) this.#push("dedent");
    this.#push("end");
    return this.#tokens;
  }

  #next(): void {
    switch (this.#source[this.#at]) {
      case "\n":
        return this.#newline();
      case " ":
      case "\t":
        this.#match(BLANKS);
        return;
      case "#":
        this.#match(COMMENT);
        return;
      case "\\":
        return this.#continueLine();
      case '"':
      case "'":
        return this.#string();
      default:
        return this.#wordOrOperator();
    }
  }

  #newline(): void {
    if (this.#depth === 0) this.#push("newline");
    this.#startLine(this.#at + 1);
    if (this.#depth === 0) this.#indentation();
  }

  #continueLine(): void {
    if (this.#source[this.#at + 1] !== "\n") throw parseFailure("unexpected backslash", this.#place());
    this.#startLine(this.#at + 2);
  }

  #startLine(at: number): void {
    this.#at = at;
    this.#line += 1;
    this.#lineStart = at;
  }

  /** Reads the blanks at the start of a line, over lines with nothing on them, and opens or closes blocks. */
  #indentation(): void {
    let blanks = this.#match(BLANKS) ?? "";
    for (;;) {
      this.#match(COMMENT);
      if (this.#source[this.#at] !== "\n") break;
      this.#startLine(this.#at + 1);
      blanks = this.#match(BLANKS) ?? "";
    }
    if (this.#at >= this.#source.length) return;
    const width = widthOf(blanks);
    const open = this.#indents.at(-1) ?? 0;
    if (width === open) return;
    if (width > open) {
      this.#indents.push(width);
      this.#push("indent");
    }
    while (width < (this.#indents.at(-1) ?? 0)) {
      this.#indents.pop();
      this.#push("dedent");
    }
    if (width !== this.#indents.at(-1)) throw parseFailure("indentation fits no open block", this.#place());
  }

  #wordOrOperator(): void {
    const at = this.#place();
    if (this.#peek(STRING_START)) return this.#string();
    const name = this.#match(NAME);
    if (name !== null) return this.#word(name, at);
    const int = this.#match(INT);
    if (int !== null) return this.#int(int, at);
    const text = this.#match(OPERATOR);
    if (text === null) throw parseFailure(`unexpected character ${JSON.stringify(this.#source[this.#at])}`, at);
    if (text === "(" || text === "[" || text === "{") this.#depth += 1;
    if (text === ")" || text === "]" || text === "}") this.#depth = Math.max(0, this.#depth - 1);
    this.#tokens.push({ type: "operator", text, at });
  }

  #word(text: string, at: Place): void {
    if (RESERVED.has(text)) throw parseFailure(`\`${text}\` is a reserved word and not supported`, at);
    this.#tokens.push({ type: KEYWORDS.has(text) ? "keyword" : "name", text, at });
  }

  #int(text: string, at: Place): void {
    const value = Number(text);
    if (/^0\d*[1-9]/.test(text)) throw parseFailure("a number must not start with 0", at);
    if (!Number.isSafeInteger(value)) throw parseFailure("number too large", at);
    if (/[\w.]/.test(this.#source[this.#at] ?? "")) throw parseFailure("only whole numbers are supported", at);
    this.#tokens.push({ type: "int", value, at });
  }

  #string(): void {
    const at = this.#place();
    const literal = readStringLiteral(this.#source, this.#at, at);
    if (literal.isFormat) this.#tokens.push({ type: "format", parts: readFormatParts(literal, at), at });
    else this.#tokens.push({ type: "string", value: readText(literal.body, literal.isRaw, at), at });
    const lastLineFeed = literal.body.lastIndexOf("\n");
    if (lastLineFeed !== -1) {
      this.#line += literal.body.split("\n").length - 1;
      this.#lineStart = literal.bodyStart + lastLineFeed + 1;
    }
    this.#at = literal.end;
  }

  #peek(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#source);
  }

  #match(pattern: RegExp): string | null {
    if (!this.#peek(pattern)) return null;
    const text = this.#source.slice(this.#at, pattern.lastIndex);
    this.#at = pattern.lastIndex;
    return text;
  }

  #push(type: "newline" | "indent" | "dedent" | "end"): void {
    this.#tokens.push({ type, at: this.#place() });
  }

  #place(): Place {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }
}

/** The column that blanks lead to; a tab leads to the next multiple of 8. */
function widthOf(blanks: string): number {
  let width = 0;
  for (const char of blanks) width += char === "\t" ? 8 - (width % 8) : 1;
  return width;
}
