import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { HEDDLE, startProcess } from "./support/built-command.ts";
import { createRig, type CommandRig } from "./support/command-rig.ts";

const FIXTURES = join(import.meta.dirname, "fixtures", "completion");

/** What each shell offers for a line that ends where the cursor is. */
const SHELLS = {
  bash: [
    "bash",
    "--norc",
    "-c",
    `source "$SCRIPT"
     line=\${1//=/ = }; read -ra COMP_WORDS <<< "$line"; [[ $1 == *" " ]] && COMP_WORDS+=("")
     COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); $(complete -p heddle | sed 's/.*-F \\([^ ]*\\).*/\\1/')
     printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash",
  ],
  zsh: ["zsh", "-f", join(FIXTURES, "capture.zsh")],
  elvish: ["elvish", "-norc", join(FIXTURES, "offers.elv")],
  fish: ["fish", "--no-config", "-c", `source "$SCRIPT"; complete -C $argv[1] | string replace -r '\\t.*' ''`],
} as const;

const isInstalled = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));

describe.each(Object.entries(SHELLS))("completion in %s", (shell, command) => {
  const LINES: readonly (readonly [string, readonly string[]])[] = [
    ["heddle revi", ["review"]],
    ["heddle exec resume --la", ["--last"]],
    ["heddle e --output-", ["--output-last-message", "--output-schema"]],
    ["heddle exec --color ", ["always", "auto", "never"]],
    ["heddle exec -s w", ["workspace-write"]],
    // elvish asks for whole words alone.
    ...(shell === "elvish" ? [] : ([["heddle exec --sandbox=w", ["workspace-write"]]] as const)),
    ["heddle login st", ["status"]],
    ["heddle app-server generate-j", ["generate-json-schema"]],
    ["heddle policy sim", ["simulate"]],
    ["heddle completion f", ["fish"]],
    ["heddle -m exec --ful", ["--full-auto"]],
    ["heddle exec -m resume revi", ["review"]],
    // bash is left to offer files itself, and elvish has no list of them.
    ["heddle exec -o note", shell === "bash" || shell === "elvish" ? [""] : ["notes.txt"]],
  ];

  test.skipIf(!isInstalled(shell)).each(LINES)("%j", async (line, offered) => {
    await using rig = await createRig({ files: { "notes.txt": "" } });
    const { base, cwd, env } = rig.workspace;
    const SCRIPT = join(base, `completion.${shell}`);
    const printed = await rig.run(["completion", shell]);
    expect({ code: printed.code, stderr: printed.stderr }).toEqual({ code: 0, stderr: "" });
    await writeFile(SCRIPT, printed.stdout);
    const { stdout, stderr } = await startProcess([...command, line], { cwd, env: { ...env, SCRIPT } }).ended;
    const words = stdout
      .replace(/\n$/, "")
      .split("\n")
      // fish gives the whole word, with the option before the sign.
      .map((word) => word.replace(/^--\w+=/, ""));
    expect({ words: words.toSorted(), stderr }).toEqual({ words: offered.toSorted(), stderr: "" });
  });
});

describe("heddle completion", () => {
  test("is for bash unless told otherwise", async () => {
    await using rig = await createRig();
    expect((await rig.run(["completion"])).stdout).toBe((await rig.run(["completion", "bash"])).stdout);
  });

  test("completes for the name that it was run as", async () => {
    await using rig = await createRig();
    const { base, env } = rig.workspace;
    await symlink(HEDDLE, join(base, "hd"));
    const { stdout } = await promisify(execFile)(join(base, "hd"), ["completion", "fish"], { env });
    expect(stdout).toMatch(/^complete -c hd -n '__hd_at \\'hd exec\\'' -l color /m);
  });

  test.each(["bash", "elvish", "fish", "powershell", "zsh"])(
    "for %s has every command and its options",
    async (shell) => {
      await using rig = await createRig();
      const { stdout } = await rig.run(["completion", shell]);
      const paths = ["heddle exec", "heddle exec review", "heddle login status", "heddle app-server generate-ts"];
      for (const path of paths) expect(stdout).toContain(`'${path}'`);
      for (const word of ["read-only", "powershell", "with-api-key"]) expect(stdout).toContain(word);
      // What is left out of help is left out here.
      for (const word of ["experimental-json", "execpolicy", "yolo"]) expect(stdout).not.toContain(word);
    },
  );

  test("refuses a shell that it does not know, and a reader that goes away ends it quietly", async () => {
    await using rig = await createRig();
    const refused = await rig.run(["completion", "tcsh"]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("[possible values: bash, elvish, fish, powershell, zsh]");
    expect(await headOfCompletion(rig)).toMatchObject({ code: 0, stdout: "# bash completion of heddle", stderr: "" });
  });
});

function headOfCompletion({ workspace }: CommandRig) {
  const { cwd, env } = workspace;
  const script = `"${process.execPath}" "${HEDDLE}" completion bash | head -c 27`;
  return startProcess(["/bin/bash", "-o", "pipefail", "-c", script], { cwd, env }).ended;
}
