import { expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";

test.each(["cloud", "cloud-tasks", "cloud exec --env x fix", "cloud list --json"])(
  "heddle %s says that cloud tasks are not part of Heddle, and what to use instead",
  async (line) => {
    await using rig = await createRig();
    const { code, stdout, stderr } = await rig.run(line.split(" "));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Cloud tasks are not part of Heddle\b/);
    expect(stderr).toContain("heddle exec");
    expect(stderr).toContain("heddle apply <task>");
    expect(rig.model.requests).toEqual([]);
  },
);

test("the commands for programs alone have help and are not in the list", async () => {
  await using rig = await createRig();
  const list = await rig.run(["--help"]);
  expect(list).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ {2}cloud\|cloud-tasks /m) });
  for (const hidden of ["stdio-to-uds", "responses-api-proxy"]) {
    expect(list.stdout).not.toContain(hidden);
    const page = await rig.run([hidden, "--help"]);
    expect(page).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: heddle [^]*^Example:\n[^]*^Exit codes: /m),
    });
  }
});
