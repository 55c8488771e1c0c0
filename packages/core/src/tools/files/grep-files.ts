import { createExpiration, SandboxError } from "@heddle/sandbox";
import * as Type from "@sinclair/typebox";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { describeGrepFiles, describeParameter } from "../../context/instructions/tool-descriptions.ts";
import { textOutput } from "../output.ts";
import { defineFunctionTool, functionSpec, type OfferedTool, type ToolContext } from "../tool.ts";

const Input = Type.Object(
  {
    include: Type.Optional(Type.String({ description: describeParameter.grepInclude })),
    limit: Type.Optional(Type.Number({ description: describeParameter.grepLimit })),
    path: Type.Optional(Type.String({ description: describeParameter.grepPath })),
    pattern: Type.String({ description: describeParameter.grepPattern }),
  },
  { additionalProperties: false },
);

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 2000;
const TIMEOUT_MS = 30_000;

/** `grep_files`: the files whose content matches, the latest first. Source: engine spec, sections 6.2 and 8.3. */
export const grepFilesTool: OfferedTool = {
  tool: defineFunctionTool({
    name: "grep_files",
    admission: "parallel",
    input: Input,
    handle: async ({ pattern, include, path: wanted = ".", limit = DEFAULT_LIMIT }, _call, context) => {
      if (pattern.trim() === "") return textOutput("pattern must not be empty");
      if (!Number.isInteger(limit) || limit < 1) return textOutput("limit must be greater than zero");
      const path = resolve(context.settings.cwd, wanted);
      try {
        await stat(path);
      } catch (error) {
        return textOutput(`unable to access \`${path}\`: ${error instanceof Error ? error.message : String(error)}`);
      }
      const glob = include?.trim();
      const found = await search({ pattern: pattern.trim(), glob: glob === "" ? undefined : glob, path }, context);
      return textOutput(found.ok ? toAnswer(found.paths, Math.min(limit, MAX_LIMIT)) : found.reason);
    },
  }),
  spec: functionSpec("grep_files", describeGrepFiles, Input),
};

function toAnswer(paths: readonly string[], limit: number): string {
  return paths.length === 0 ? "No matches found." : paths.slice(0, limit).join("\n");
}

interface Search {
  readonly pattern: string;
  readonly glob: string | undefined;
  readonly path: string;
}

type Found = { readonly ok: true; readonly paths: readonly string[] } | { readonly ok: false; readonly reason: string };

/**
 * Runs ripgrep, whatever the policy of the turn, where nothing can be written: nobody is asked, since it can do no more
 * than read, and what sandboxed commands may not read is hidden from it as well. Only where the turn needs no sandbox and
 * there is none it runs without.
 */
async function search({ pattern, glob, path }: Search, context: ToolContext): Promise<Found> {
  const { sandbox, settings, signal } = context;
  const program = await context.ripgrep();
  const flags = ["--no-config", "--files-with-matches", "--sortr=modified", "--no-messages", "--regexp", pattern];
  const argv = [program, ...flags, ...(glob === undefined ? [] : ["--glob", glob]), "--", path];
  const isFree = settings.sandboxPolicy.type === "danger-full-access";
  const isBare = isFree && (await sandbox.probe()).rung === "none";
  const [out, err]: [string[], string[]] = [[], []];
  try {
    await using child = await sandbox.spawn(
      {
        argv,
        cwd: settings.cwd,
        env: context.childEnvironment({ sandboxed: !isBare }),
        policy: isBare ? settings.sandboxPolicy : { type: "read-only" },
        sandboxCwd: settings.cwd,
      },
      createExpiration({ timeoutMs: TIMEOUT_MS, signal }),
    );
    for await (const { stream, text } of child.output) (stream === "stdout" ? out : err).push(text);
    const { exitCode, timedOut, setupFailure } = await child.exit;
    signal.throwIfAborted();
    if (setupFailure !== null) return { ok: false, reason: `rg failed: ${setupFailure}` };
    if (timedOut) return { ok: false, reason: `rg timed out after ${TIMEOUT_MS / 1000} seconds` };
    // 1 stands for nothing found; 2 without a word for files that could not be read, which may be hidden ones.
    const paths = out
      .join("")
      .split("\n")
      .filter((line) => line !== "");
    const complaint = err.join("").trim();
    if (exitCode <= 1 || paths.length > 0 || (exitCode === 2 && complaint === "")) return { ok: true, paths };
    return { ok: false, reason: `rg failed: ${complaint || `it ended with exit code ${exitCode}`}` };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return { ok: false, reason: `rg failed: ${error.message}` };
  }
}
