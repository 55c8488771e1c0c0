import { step, type Reply, type RecordedRequest } from "@heddle/testkit";
import { readdir, readFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";
import { startServer } from "./support/server-process.ts";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";
import type { Heard } from "./support/wire.ts";

const QUESTION = "item/commandExecution/requestApproval";
/** What a warning about an amendment says; others speak of a machine without bubblewrap. */
const AMENDMENT = /amendment/;
const isRefusedAmendment = ({ method, params }: Heard): boolean =>
  method === "warning" && AMENDMENT.test(String(params["message"]));
const UNTRUSTED = { approvalPolicy: "unlessTrusted", sandbox: "workspaceWrite" };
const acceptAlways = (params: Readonly<Record<string, unknown>>): unknown => ({
  decision: {
    acceptWithExecpolicyAmendment: { execpolicy_amendment: params["proposedExecpolicyAmendment"] },
  },
});
const allowLine = (...prefix: string[]): string =>
  `prefix_rule(pattern=[${prefix.map((token) => JSON.stringify(token)).join(", ")}], decision="allow")`;
const defaultFile = (home: string): string => join(home, "policy", "default.codexpolicy");

describe("amendments of several processes at once", () => {
  test("lose nothing, write nothing twice, and leave no lock", async () => {
    const servers = 4;
    const own = 6;
    // The text of the turn says which server asks; every server has commands of its own and one that all have.
    const script = ({ body }: RecordedRequest): Reply => {
      const text = JSON.stringify(body);
      if (text.includes("function_call_output")) return [step.text("done")];
      const name = /server-\d/.exec(text)?.[0] ?? "";
      const commands = Array.from({ length: own }, (_, at) => ["touch", name, String(at)]);
      return [["touch", "shared"], ...commands].map((argv, at) => step.shell(`call_${at}`, argv));
    };
    await using rig = await createRig({ script });
    const { cwd, env, home } = rig.workspace;
    await using group = new AsyncDisposableGroup();
    const clients = await Promise.all(
      Array.from({ length: servers }, async () => group.add(await startServer({ cwd, env })).client),
    );
    await Promise.all(
      clients.map(async (client, at) => {
        client.answer(QUESTION, acceptAlways);
        const { thread } = (await client.request("thread/start", { cwd, ...UNTRUSTED })) as { thread: { id: string } };
        await client.request("turn/start", {
          threadId: thread.id,
          input: [{ type: "text", text: `server-${at}` }],
        });
        await client.hear("turn/completed");
      }),
    );

    const expected = clients.flatMap((_, at) =>
      Array.from({ length: own }, (_unused, each) => allowLine("touch", `server-${at}`, String(each))),
    );
    const text = await readFile(defaultFile(home), "utf8");
    expect(text.endsWith("\n")).toBe(true);
    expect(text.trimEnd().split("\n").toSorted()).toEqual([...expected, allowLine("touch", "shared")].toSorted());
    expect(clients.flatMap(({ heard }) => heard.filter(isRefusedAmendment))).toEqual([]);
    expect(await readdir(join(home, "policy"))).toEqual(["default.codexpolicy"]);
  });
});

describe("an accepted amendment", () => {
  test("holds at once in every running thread, and for threads started later", async () => {
    await using heddle = await startHeddle({
      script: { stateless: [[step.shell("call_1", ["touch", "made.txt"])], [step.text("done")]] },
    });
    heddle.client.answer(QUESTION, acceptAlways);
    const first = await heddle.startThread(UNTRUSTED);
    const second = await heddle.startThread(UNTRUSTED);
    await heddle.runTurn(first, "go");
    expect(questions(heddle)).toEqual([first]);

    await heddle.runTurn(second, "go");
    const third = await heddle.startThread(UNTRUSTED);
    await heddle.runTurn(third, "go");
    expect(questions(heddle)).toEqual([first]);
    expect(await readFile(defaultFile(heddle.home), "utf8")).toBe(`${allowLine("touch", "made.txt")}\n`);
  });

  test("that cannot be written still runs the command, warns, and is asked about again", async () => {
    await using heddle = await startHeddle({
      script: [
        [step.shell("call_1", ["touch", "made.txt"])],
        [step.text("done")],
        [step.shell("call_2", ["touch", "made.txt"])],
        [step.text("done")],
      ],
    });
    heddle.client.answer(QUESTION, acceptAlways);
    const threadId = await heddle.startThread(UNTRUSTED);
    await mkdir(defaultFile(heddle.home), { recursive: true }); // a folder in the place of the file
    const warnings: string[] = [];
    heddle.runtime.engine.loadedThreads()[0]?.subscribe({
      answers: false,
      elicits: false,
      onEvent: (event) =>
        void (event.type === "warning" && AMENDMENT.test(event.message) && warnings.push(event.message)),
      drained: () => Promise.resolve(),
    });
    const { items } = await heddle.runTurn(threadId, "go");
    expect(items).toContainEqual(expect.objectContaining({ id: "call_1", status: "completed", exitCode: 0 }));
    expect(await readdir(heddle.cwd)).toContain("made.txt");
    expect(warnings).toEqual([expect.stringMatching(/^Failed to apply execpolicy amendment: EISDIR/)]);

    await heddle.runTurn(threadId, "again");
    expect(questions(heddle)).toEqual([threadId, threadId]);
  });
});

describe("a broken rule file", () => {
  test("refuses every new thread with file, line, column and reason until it is mended", async () => {
    await using heddle = await startHeddle({
      script: [[step.text("hello")]],
      homeFiles: { "policy/team.codexpolicy": '# ours\nprefix_rule(["ls"], decision = "perhaps")\n' },
    });
    const path = join(heddle.home, "policy", "team.codexpolicy");
    const refusal = await heddle.startThread().then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : error),
    );
    expect(refusal).toContain(`failed to parse execpolicy file ${path}: `);
    expect(refusal).toContain("invalid decision: perhaps");
    expect(refusal).toContain(`${path}:2:1`);

    await writeFile(path, 'prefix_rule(["ls"], decision = "prompt")\n');
    const threadId = await heddle.startThread();
    await rm(path);
    expect(await heddle.runTurn(threadId, "hi")).toMatchObject({ status: "completed" });
  });
});

/** The threads that a person was asked in, in order. */
function questions({ client }: TestHeddle): unknown[] {
  return client.heard.filter(({ method }) => method === QUESTION).map(({ params }) => params["threadId"]);
}

/** Disposes of what it was given, together. */
class AsyncDisposableGroup implements AsyncDisposable {
  readonly #members: AsyncDisposable[] = [];

  add<Member extends AsyncDisposable>(member: Member): Member {
    this.#members.push(member);
    return member;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#members.map((member) => member[Symbol.asyncDispose]()));
  }
}
