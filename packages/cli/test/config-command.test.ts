import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";
import { homeWithConfig } from "./support/home-with-config.ts";

/** A home whose file has a comment, an order of its own and a value behind which more follows. */
const FILE = '# mine\nmodel = "a"   # the first\n\n[tools]\nview_image = true\n';

const quiet = (stdout: string): object => ({ code: 0, stdout, stderr: "" });

describe("heddle config", () => {
  test("list and get tell what holds, and where it comes from", async () => {
    await using home = await homeWithConfig(FILE);
    expect(await home.heddle("config", "list", "-c", 'projects."/a.b".trust_level=trusted')).toEqual(
      quiet(
        `model = "a"  # user: ${home.path}\ntools.view_image = true  # user: ${home.path}\n` +
          'projects."/a.b".trust_level = "trusted"  # sessionFlags: --config\n',
      ),
    );
    expect(await home.heddle("config", "get", "model")).toEqual(quiet("a\n"));
    expect(await home.heddle("config", "get", "tools", "--json")).toEqual(quiet('{"view_image":true}\n'));
    expect(JSON.parse((await home.heddle("config", "list", "--json")).stdout)).toMatchObject({
      config: { model: "a" },
      origins: { model: { name: "user", source: home.path } },
      layers: [{ name: "sessionFlags" }, { name: "user", config: { model: "a" } }],
    });
  });

  test("get ends with 1 for what is not set, and tells the default or the nearest key", async () => {
    await using home = await homeWithConfig("");
    expect(await home.heddle("config", "get", "review_model")).toEqual({
      code: 1,
      stdout: "",
      stderr: 'Error: `review_model` is not set; the default is "gpt-5.1-codex-max"\n',
    });
    expect((await home.heddle("config", "get", "reviewmodel")).stderr).toBe(
      "Error: `reviewmodel` is not set; did you mean `review_model`?\n",
    );
  });

  test("set and unset change their key and nothing else", async () => {
    await using home = await homeWithConfig(FILE);
    expect(await home.heddle("config", "set", "model", "b")).toEqual(quiet(""));
    expect(await home.heddle("config", "set", "sandbox_workspace_write.network_access", "true")).toEqual(quiet(""));
    expect(await home.heddle("config", "unset", "tools.view_image")).toEqual(quiet(""));
    expect(await home.text()).toBe(
      '# mine\nmodel = "b"   # the first\n\n[tools]\n\n[sandbox_workspace_write]\nnetwork_access = true\n',
    );
  });

  test("set writes nothing that would not be valid, and warns about a key that nobody knows", async () => {
    await using home = await homeWithConfig(FILE);
    expect(await home.heddle("config", "set", "sandbox_mode", "open")).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("nothing was written: Invalid configuration: unknown variant `open`"),
    });
    expect(await home.heddle("config", "set", "modle", "x", "--strict-config")).toEqual({
      code: 1,
      stdout: "",
      stderr: "Error: unknown key `modle`; did you mean `model`?; nothing was written\n",
    });
    expect(await home.text()).toBe(FILE);
    expect(await home.heddle("config", "set", "modle", "x")).toEqual({
      code: 0,
      stdout: "",
      stderr: "warning: unknown key `modle`; did you mean `model`?\n",
    });
  });

  test("where names file and line, what counts first", async () => {
    await using home = await homeWithConfig(FILE);
    expect(await home.heddle("config", "where", "model", "-c", "model=c")).toEqual(
      quiet(`--config: "c"  # sessionFlags\n${home.path}:2: "a"  # user, hidden\n`),
    );
    expect(await home.heddle("config", "where")).toEqual(quiet(`sessionFlags: --config\nuser: ${home.path}\n`));
  });

  test("validate tells everything that is wrong with its place; unknown keys are errors when strict", async () => {
    await using home = await homeWithConfig('modle = "x"\nmodel = 5\napproval_policy = "maybe"\n');
    const wrong = await home.heddle("config", "validate");
    expect({ ...wrong, stderr: wrong.stderr.split("\n") }).toEqual({
      code: 1,
      stdout: "",
      stderr: [
        `error: ${home.path}:2:9: invalid type: integer \`5\`, expected a string (in \`model\`)`,
        expect.stringContaining(`error: ${home.path}:3:19: unknown variant \`maybe\``),
        `warning: ${home.path}:1:1: unknown key \`modle\`; did you mean \`model\`?`,
        "",
      ],
    });
    await writeFile(home.path, 'modle = "x"\n');
    expect((await home.heddle("config", "validate")).code).toBe(0);
    expect((await home.heddle("config", "validate", "--strict-config")).code).toBe(1);
    expect(JSON.parse((await home.heddle("config", "validate", "--json")).stdout)).toMatchObject({
      valid: true,
      problems: [{ severity: "warning", kind: "unknownKey", file: home.path, line: 1, column: 1, key: "modle" }],
    });
  });

  test("schema is the JSON Schema of the file, and keys lists what it has", async () => {
    await using home = await homeWithConfig("");
    const schema: unknown = JSON.parse((await home.heddle("config", "schema")).stdout);
    expect(schema).toMatchObject({ type: "object", properties: { model: { type: "string" } } });
    const keys: unknown = JSON.parse((await home.heddle("config", "keys", "--json")).stdout);
    expect(keys).toContainEqual(expect.objectContaining({ key: "sandbox_workspace_write.network_access" }));
  });
});

test("--strict-config refuses a thread over an unknown key that is a warning otherwise", async () => {
  await using rig = await createRig({ settings: "modle = 1" });
  expect(await rig.run(["exec", "--strict-config", "hi"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("unknown key `modle`; did you mean `model`?"),
  });
  expect(await rig.run(["exec", "hi"])).toMatchObject({ code: 0 });
});
