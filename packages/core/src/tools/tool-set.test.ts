import { modelFamily, type ToolSpec } from "@heddle/models";
import { expect, test } from "vitest";
import { createToolSet, type ToolFeatures } from "./tool-set.ts";

const ALL: ToolFeatures = {
  shellTool: true,
  unifiedExec: false,
  viewImageTool: true,
  applyPatchFreeform: false,
  webSearch: false,
};

function offered(model: string, features: Partial<ToolFeatures> = {}): readonly ToolSpec[] {
  return createToolSet(modelFamily(model), { ...ALL, ...features }).specs;
}

/** Names, and the types of what has none; the free-form patch tool is marked. */
function names(specs: readonly ToolSpec[]): readonly string[] {
  return specs.map((spec) => ("name" in spec ? (spec.type === "custom" ? `${spec.name}*` : spec.name) : spec.type));
}

// Source: engine spec, section 6.1; models spec, section 8.1.
test.each<[string, Partial<ToolFeatures>, string]>([
  ["gpt-5.1-codex-max", {}, "shell_command update_plan apply_patch* view_image"],
  ["gpt-5.1", {}, "shell_command update_plan apply_patch* view_image"],
  ["gpt-5", {}, "shell update_plan view_image"],
  ["o3", {}, "shell update_plan view_image"],
  ["gpt-oss:20b", {}, "shell update_plan apply_patch view_image"],
  ["codex-mini-latest", {}, "local_shell update_plan view_image"],
  ["exp-5.1", {}, "exec_command write_stdin update_plan apply_patch* view_image"],
  ["claude-opus-5", {}, "shell_command update_plan apply_patch view_image"],
  [
    "test-gpt-5",
    { webSearch: true },
    "shell_command update_plan grep_files read_file list_dir test_sync_tool web_search view_image",
  ],
  ["gpt-5", { unifiedExec: true }, "exec_command write_stdin update_plan view_image"],
  ["gpt-5", { applyPatchFreeform: true }, "shell update_plan apply_patch* view_image"],
  ["gpt-5.1", { shellTool: false, unifiedExec: true }, "update_plan apply_patch* view_image"],
  ["gpt-5.1", { viewImageTool: false, webSearch: true }, "shell_command update_plan apply_patch* web_search"],
])("%s with %o is offered: %s", (model, features, list) => {
  expect(names(offered(model, features)).join(" ")).toBe(list);
});

/** `name!` for a required parameter, `name` for another, sorted by name as they go out. */
function parameters(spec: ToolSpec): string {
  if (spec.type !== "function") return spec.type;
  const { properties, required, additionalProperties, ...rest } = spec.parameters as {
    readonly properties: Readonly<Record<string, { readonly type: string }>>;
    readonly required?: readonly string[];
    readonly additionalProperties: boolean;
  };
  expect([spec.strict, additionalProperties, rest]).toEqual([false, false, { type: "object" }]);
  const written = Object.entries(properties).map(
    ([name, { type }]) => `${name}${required?.includes(name) === true ? "!" : ""} ${type}`,
  );
  expect(written).toEqual(written.toSorted());
  return written.join(", ");
}

// Source: engine spec, section 6.2.
test("the tools take these parameters, and no others", () => {
  const specs = [
    ...offered("test-gpt-5", { webSearch: true }),
    ...offered("gpt-5"),
    ...offered("codex-mini-latest"),
    ...offered("exp-5.1"),
    ...offered("claude-opus-5"),
  ];
  const byName = Object.fromEntries(specs.map((spec) => [names([spec])[0], parameters(spec)]));
  expect(byName).toEqual({
    shell: "command! array, justification string, sandbox_permissions string, timeout_ms number, workdir string",
    shell_command:
      "command! string, justification string, login boolean, sandbox_permissions string, timeout_ms number, workdir string",
    local_shell: "local_shell",
    exec_command:
      "cmd! string, justification string, login boolean, max_output_tokens number, sandbox_permissions string, shell string, workdir string, yield_time_ms number",
    write_stdin: "chars string, max_output_tokens number, session_id! number, yield_time_ms number",
    update_plan: "explanation string, plan! array",
    "apply_patch*": "custom",
    apply_patch: "input! string",
    grep_files: "include string, limit number, path string, pattern! string",
    read_file: "file_path! string, indentation object, limit number, mode string, offset number",
    list_dir: "depth number, dir_path! string, limit number, offset number",
    test_sync_tool: "barrier object, sleep_after_ms number, sleep_before_ms number",
    web_search: "web_search",
    view_image: "path! string",
  });
});

test("names that models remember are served as long as there is a shell, and the patch tool always", () => {
  const served = (features: Partial<ToolFeatures>): readonly (string | null)[] => {
    const tools = createToolSet(modelFamily("gpt-5"), { ...ALL, ...features });
    return ["shell", "container.exec", "local_shell", "shell_command", "apply_patch", "read_file"].map(
      (name) => tools.find(name)?.name ?? null,
    );
  };
  expect(served({})).toEqual(["shell", "container.exec", "local_shell", "shell_command", "apply_patch", null]);
  expect(served({ shellTool: false })).toEqual([null, null, null, null, "apply_patch", null]);
});
