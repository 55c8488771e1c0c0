import { expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";

/** The lines of `features list`, as name and value. */
async function listed(args: readonly string[], settings = ""): Promise<Readonly<Record<string, string | undefined>>> {
  await using rig = await createRig({ settings });
  const { code, stdout, stderr } = await rig.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => [line.split("\t")[0], line.split("\t").slice(1).join(" ")]));
}

test("features are listed in their order, with stage and value", async () => {
  const features = await listed(["features", "list"]);
  expect(Object.keys(features).slice(0, 4)).toEqual(["undo", "parallel", "view_image_tool", "shell_tool"]);
  expect(features).toMatchObject({
    undo: "stable true",
    apply_patch_freeform: "beta false",
    skills: "experimental false",
    web_search_request: "stable false",
  });
});

test.each<[string[], string]>([
  [["features", "list", "--search"], "web_search_request"],
  [["--enable", "skills", "features", "list"], "skills"],
  [["features", "list", "-c", "features.skills=true"], "skills"],
  [["features", "list", "-p", "bold"], "unified_exec"],
])("%j switches %s on", async (args, feature) => {
  const features = await listed(args, "[profiles.bold.features]\nunified_exec = true");
  expect(features[feature]).toMatch(/ true$/);
});
