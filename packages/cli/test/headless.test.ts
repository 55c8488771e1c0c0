import { step, type Script } from "@heddle/testkit";
import { describe, expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";

/** Nobody is there: every run ends, in time and with a reason. */
describe("a run that nobody watches", () => {
  const NEVER = new Promise<never>(() => {});
  const IMPATIENT = "request_max_retries = 1\nstream_max_retries = 1\nstream_idle_timeout_ms = 200";

  test.each<[string, Script]>([
    ["says nothing at all", [[step.gate(NEVER)]]],
    ["stops in the middle of an answer", [[step.text("half"), step.gate(NEVER)]]],
    ["sends what is no stream, and no end of it", [[step.bytes("....."), step.gate(NEVER)]]],
  ])("ends when the model %s", async (_, script) => {
    await using rig = await createRig({ script, provider: IMPATIENT });
    const { code, stdout, stderr } = await rig.run(["exec", "--json", "hello"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const reason = "stream disconnected before completion: idle timeout waiting for SSE";
    expect(stdout.trimEnd().split("\n").slice(-2)).toEqual([
      JSON.stringify({ type: "error", message: reason }),
      JSON.stringify({ type: "turn.failed", error: { message: reason } }),
    ]);
  });

  test.each(["workspace-write", "danger-full-access"])(
    "does not wait for children that keep the pipes of a command open, in %s",
    async (mode) => {
      const script: Script = [[step.shell("call_1", ["sh", "-c", "sleep 300 & echo started"])], [step.text("done")]];
      await using rig = await createRig({ script });
      const { code, stdout } = await rig.run(["exec", "-s", mode, "start it"]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
      expect(await rig.lingering()).toEqual([]);
    },
  );

  test("is not held by standard input that stays open, whatever is done with it", async () => {
    await using rig = await createRig({ script: [[step.text("done")]] });
    for (const args of [["hello"], ["resume", "--last", "more"]]) {
      const { code, stdout } = await rig.run(["exec", ...args], { stdin: null });
      expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    }
  });

  test("ends though something in the process does not, and says so", async () => {
    await using rig = await createRig({ script: [[step.text("done")]] });
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent("setInterval(()=>{},1e6)")}`;
    const { code, stdout, stderr } = await rig.run(["exec", "hello"], { env: { NODE_OPTIONS } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    expect(stderr).toMatch(/heddle: ended, though something kept the process open after its work was done\n$/);
  });

  test("answers no approval, and what needs one does not happen", async () => {
    const escalated = { with_escalated_permissions: true, justification: "please" };
    const script: Script = [[step.shellCommand("call_1", "touch /etc/heddle", escalated)], [step.text("left alone")]];
    await using rig = await createRig({ script, settings: 'approval_policy = "untrusted"' });
    const { code, stdout } = await rig.run(["exec", "go"], { stdin: null });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "left alone\n" });
  });

  test("ends when nobody reads standard error", async () => {
    await using rig = await createRig({ script: [[step.shell("call_1", ["echo", "yo"])], [step.text("done")]] });
    const running = rig.start(["exec", "hello"]);
    running.child.stderr?.destroy();
    const { code, stdout } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
  });
});
