/** One instruction of classic BPF: operation, jump distances when true and false, constant. */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** What a program is written in: instructions whose jumps name labels, and the labels. Jumps go forward only. */
export type Statement =
  | { readonly type: "load"; readonly offset: number }
  | { readonly type: "mask"; readonly k: number }
  | {
      readonly type: "jump";
      readonly test: "equal" | "atLeast" | "anyBit";
      readonly k: number;
      readonly target: string;
    }
  | { readonly type: "return"; readonly k: number }
  | { readonly type: "label"; readonly name: string };

const LOAD_WORD = 0x20;
const AND = 0x54;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;

/** Loads a word of the data that the program is run on. */
export function load(offset: number): Statement {
  return { type: "load", offset };
}

/** Keeps of the loaded word the bits of `k`. */
export function mask(k: number): Statement {
  return { type: "mask", k };
}

/** Goes on at label `target` when the loaded word equals `k`, else with the next statement. */
export function jumpIfEqual(k: number, target: string): Statement {
  return { type: "jump", test: "equal", k, target };
}

/** The same when the loaded word is at least `k`, unsigned. */
export function jumpIfAtLeast(k: number, target: string): Statement {
  return { type: "jump", test: "atLeast", k, target };
}

/** The same when the loaded word has any bit of `k`. */
export function jumpIfAnyBit(k: number, target: string): Statement {
  return { type: "jump", test: "anyBit", k, target };
}

export function answer(k: number): Statement {
  return { type: "return", k };
}

export function label(name: string): Statement {
  return { type: "label", name };
}

/** Turns labels into distances. Throws for a label that is missing, behind, or too far away: a bug in the program. */
export function assemble(statements: readonly Statement[]): Instruction[] {
  const positions = new Map<string, number>();
  let position = 0;
  for (const statement of statements) {
    if (statement.type === "label") positions.set(statement.name, position);
    else position += 1;
  }
  const instructions: Instruction[] = [];
  for (const statement of statements) {
    switch (statement.type) {
      case "label":
        break;
      case "load":
        instructions.push({ code: LOAD_WORD, jt: 0, jf: 0, k: statement.offset });
        break;
      case "mask":
        instructions.push({ code: AND, jt: 0, jf: 0, k: statement.k });
        break;
      case "return":
        instructions.push({ code: RETURN, jt: 0, jf: 0, k: statement.k });
        break;
      case "jump": {
        const distance = (positions.get(statement.target) ?? -1) - instructions.length - 1;
        if (distance < 0 || distance > 255) throw new Error(`cannot jump to ${statement.target}: distance ${distance}`);
        instructions.push({ code: jumpCode(statement.test), jt: distance, jf: 0, k: statement.k });
        break;
      }
    }
  }
  return instructions;
}

/** The form in which the kernel takes a program: eight bytes for each instruction, little-endian. */
export function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(instructions.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, jt, jf, k }] of instructions.entries()) {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, jt);
    view.setUint8(index * 8 + 3, jf);
    view.setUint32(index * 8 + 4, k, true);
  }
  return bytes;
}

function jumpCode(test: "equal" | "atLeast" | "anyBit"): number {
  if (test === "equal") return JUMP_EQUAL;
  return test === "atLeast" ? JUMP_AT_LEAST : JUMP_ANY_BIT;
}
