import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decide,
  emptyPolicy,
  explain,
  parsePolicy,
  PolicyError,
  type CommandCall,
  type CommandDecision,
} from "../src/index.ts";

const WORDS = [
  "git",
  "npm",
  "rm",
  "ls",
  "find",
  "push",
  "status",
  "reset",
  "-rf",
  "-delete",
  "test",
  ".",
  "a b",
  "env",
];
const DECISIONS = ["allow", "prompt", "forbidden"] as const;

const rules = fc
  .array(fc.tuple(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }), fc.constantFrom(...DECISIONS)), {
    maxLength: 4,
  })
  .map((list) =>
    list.map(([pattern, decision]) => `prefix_rule(${JSON.stringify(pattern)}, "${decision}")\n`).join(""),
  );

const circumstances = fc.record({
  approvalPolicy: fc.constantFrom("untrusted", "on-failure", "on-request", "never"),
  sandbox: fc.constantFrom("read-only", "workspace-write", "danger-full-access"),
  escalated: fc.boolean(),
});

/** Ways to write a word that all mean the same to a shell. */
const spellings: readonly ((word: string) => string)[] = [
  (word) => (/^[\w./-]+$/.test(word) ? word : `'${word}'`),
  (word) => `'${word}'`,
  (word) => `"${word}"`,
  (word) => word.replace(/[^]/g, "\\$&"),
  (word) => word.replace(/^[^]/, "\\$&").replaceAll(" ", "\\ "),
  (word) => `${word.slice(0, 1)}"${word.slice(1)}"`,
  (word) => `'${word.slice(0, 1)}'"${word.slice(1)}"`,
  (word) => `${word.slice(0, 1)}\\\n${word.slice(1).replaceAll(" ", "\\ ")}`,
  (word) => `$'${word}'`,
];

/** Ways to wrap a script that leave what it runs as it is. */
const wrappings: readonly ((script: string) => string)[] = [
  (script) => script,
  (script) => `\n${script}\n`,
  (script) => `bash -lc ${quote(script)}`,
  (script) => `/bin/sh -c ${quote(script)}`,
  (script) => `(${script})`,
  (script) => `{ ${script}; }`,
  (script) => `${script} > log`,
  (script) => `! ${script}`,
  (script) => `A=b ${script}`,
  (script) => `echo $(${script})`,
  (script) => `if true; then ${script}; fi`,
  (script) => `${script} &`,
  (script) => `true && ${script}`,
  (script) => `time ${script}`,
  (script) => `eval ${quote(script)}`,
  (script) => `${script} # done`,
];

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const commands = fc.array(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 3,
});

const spelling = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(spellings.length - 1));
const spelledCommands = fc.array(
  fc.array(fc.tuple(fc.constantFrom(...WORDS), spelling), { minLength: 1, maxLength: 4 }),
  {
    minLength: 1,
    maxLength: 3,
  },
);
const joint = fc.constantFrom(" && ", " || ", "; ", " | ", "\n", "&&", ";", "|");

const scripts = fc
  .record({
    commands: spelledCommands,
    joints: fc.tuple(joint, joint),
    wrapped: fc.array(fc.nat(wrappings.length - 1), { maxLength: 2 }),
  })
  .map(({ commands, joints, wrapped }) => {
    const texts = commands.map((words) => words.map(([word, index]) => spellings[index]?.(word)).join(" "));
    const joined = texts.reduce((script, text, index) => script + (joints[index - 1] ?? "") + text);
    return {
      parts: commands.map((words) => words.map(([word]) => word)),
      script: wrapped.reduce((script, index) => wrappings[index]?.(script) ?? script, joined),
    };
  });

const isUnasked = (decision: CommandDecision) => decision.outcome === "run";
const isRefused = (decision: CommandDecision) => decision.outcome !== "run" && decision.outcome !== "ask";
const isFree = (decision: CommandDecision) => "sandboxed" in decision && !decision.sandboxed;

/** True when nothing is left that has a script in it. */
function isPlainThroughout({ evaluation }: CommandDecision): boolean {
  const words = evaluation.commands.flat();
  return evaluation.plain && !words.some((word) => ["bash", "/bin/sh", "eval"].includes(word));
}

function decideIn(policy: Parameters<typeof decide>[0], settings: Omit<CommandCall, "argv" | "justification">) {
  return (argv: readonly string[]) => decide(policy, { ...settings, argv, justification: null });
}

test("a script may do what each of its commands may do, or what an unknown command may do, and nothing else", () => {
  fc.assert(
    fc.property(rules, circumstances, scripts, (text, settings, { parts, script }) => {
      const decideCall = decideIn(parsePolicy([{ path: "test.codexpolicy", text }]), settings);
      const whole = decideCall(["bash", "-lc", script]);
      const alone = parts.map(decideCall);
      const unknown = decideIn(emptyPolicy, settings)(["an-unknown-program"]);

      if (isUnasked(whole)) expect(alone.every(isUnasked) || isUnasked(unknown)).toBe(true);
      if (isFree(whole)) {
        const isVouchedFor = alone.every((decision) => isFree(decision) || decision.evaluation.class === "safe");
        expect((isVouchedFor && alone.some(isFree)) || isFree(unknown)).toBe(true);
      }
      if (isPlainThroughout(whole)) {
        if (alone.some(isRefused)) expect(isRefused(whole)).toBe(true);
        if (!alone.every(isUnasked)) expect(isUnasked(whole)).toBe(false);
      }
    }),
    { numRuns: 5_000 },
  );
});

test("adding a command to a script never gains it permission", () => {
  fc.assert(
    fc.property(
      rules,
      circumstances,
      commands,
      fc.constantFrom(" && ", "; ", " | ", "\n"),
      (text, settings, parts, joint) => {
        const decideCall = decideIn(parsePolicy([{ path: "test.codexpolicy", text }]), settings);
        const toScript = (list: readonly string[][]) =>
          list.map((words) => words.map((word) => spellings[0]?.(word)).join(" ")).join(joint);
        const shorter = decideCall(["bash", "-lc", toScript(parts.slice(1))]);
        const longer = decideCall(["bash", "-lc", toScript(parts)]);

        fc.pre(shorter.evaluation.plain && longer.evaluation.plain);
        if (isUnasked(longer)) expect(isUnasked(shorter)).toBe(true);
        if (isRefused(shorter)) expect(isRefused(longer)).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("whatever the argv, there is a decision and a summary", () => {
  const token = fc.oneof(
    fc.constantFrom("bash", "/bin/zsh", "-lc", "-c", "pwsh", "-Command", "sudo", "xargs", "git", "rm", "&&", "|", ""),
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(..."ab \"'\\$`(){}<>|&;#\n=*?~\0".split("")), maxLength: 40 }),
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 5 }), circumstances, (argv, settings) => {
      const explanation = explain(emptyPolicy, { ...settings, argv, justification: null });
      expect(["run", "ask", "forbidden-never", "reject-escalation"]).toContain(explanation.outcome);
      if (!explanation.plain) expect(explanation.commands).toEqual([argv]);
    }),
    { numRuns: 3_000 },
  );
});

test("whatever the text of a rule file, there is a policy or a PolicyError with a place in the file", () => {
  const piece = fc.constantFrom(
    ..."prefix_rule ( ) [ ] { } , : = + - * // % | . ; if else elif for in def return lambda and or not pass break None".split(
      " ",
    ),
    ..."'a'|\"b\"|\"\"\"|f'{x}'|r'\\'|'\\n'|1|x|y|\n|\n  |\n    |\t| |#c\n|\\\n|==|!=|<|>=|+=|allow|é".split("|"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const text = pieces.join("");
      try {
        parsePolicy([{ path: "x", text }]);
      } catch (error) {
        if (!(error instanceof PolicyError)) throw error;
        const lines = text.split("\n");
        expect(error.failure.line).toBeLessThanOrEqual(lines.length);
        expect(error.failure.column).toBeLessThanOrEqual((lines[error.failure.line - 1] ?? "").length + 1);
      }
    }),
    { numRuns: 5_000 },
  );
});
