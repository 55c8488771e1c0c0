import { assertNever } from "../assert-never.ts";
import { parseFailure, type Place, type ScriptFailure } from "./failure.ts";
import { tokenize, type Token } from "./lexer.ts";

/** The tokens of a script, read from the front. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(source: string) {
    this.#tokens = tokenize(source);
  }

  get current(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error("read beyond the end of the script");
    return token;
  }

  take(): Token {
    const token = this.current;
    if (token.type !== "end") this.#at += 1;
    return token;
  }

  isAt(type: Token["type"]): boolean {
    return this.current.type === type;
  }

  /** True for this keyword or operator. */
  is(text: string): boolean {
    const { current } = this;
    return (current.type === "keyword" || current.type === "operator") && current.text === text;
  }

  /** Takes this keyword or operator if it is next. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`\`${text}\``);
  }

  expectType(type: Token["type"], what: string): void {
    if (this.current.type !== type) throw this.unexpected(what);
    this.take();
  }

  expectName(): { readonly name: string; readonly at: Place } {
    const { current } = this;
    if (current.type !== "name") throw this.unexpected("a name");
    this.take();
    return { name: current.text, at: current.at };
  }

  /** The next token as an error: something else was needed there. */
  unexpected(wanted: string): ScriptFailure {
    return parseFailure(`unexpected ${describe(this.current)}, expected ${wanted}`, this.current.at);
  }
}

function describe(token: Token): string {
  switch (token.type) {
    case "name":
    case "keyword":
    case "operator":
      return `\`${token.text}\``;
    case "int":
      return "number";
    case "string":
    case "format":
      return "string";
    case "newline":
      return "end of line";
    case "indent":
      return "indentation";
    case "dedent":
      return "end of block";
    case "end":
      return "end of file";
    default:
      return assertNever(token);
  }
}
