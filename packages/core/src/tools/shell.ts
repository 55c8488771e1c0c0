import * as Type from "@sinclair/typebox";
import { resolve } from "node:path";
import { DEFAULT_TIMEOUT_MS, type CommandPlan } from "./command-plan.ts";
import { describeShell, describeShellCommand, describeParameter } from "../context/instructions/tool-descriptions.ts";
import { textOutput, type CommandFormat, type ToolOutput } from "./output.ts";
import { runPatchInCommand } from "./patch-in-command.ts";
import { runCommandCall } from "./run-command.ts";
import { userShellCommand } from "./user-shell.ts";
import { readSandboxPermissions } from "./sandbox-permissions.ts";
import {
  defineFunctionTool,
  functionSpec,
  type OfferedTool,
  type Tool,
  type ToolCall,
  type ToolContext,
} from "./tool.ts";

/** What both shell tools take beside the command. Properties are sorted by name, as the wire has them. */
const common = {
  justification: Type.Optional(Type.String({ description: describeParameter.justification })),
  sandbox_permissions: Type.Optional(Type.String({ description: describeParameter.sandboxPermissions })),
  timeout_ms: Type.Optional(Type.Number({ description: describeParameter.timeoutMs })),
  workdir: Type.Optional(Type.String({ description: describeParameter.workdir })),
};

/** Names that older models and recorded histories use; accepted, not offered. */
const aliases = {
  timeout: Type.Optional(Type.Number()),
  with_escalated_permissions: Type.Optional(Type.Boolean()),
};

const shellOffer = { command: Type.Array(Type.String(), { description: describeParameter.argv }), ...common };
const shellCommandOffer = {
  command: Type.String({ description: describeParameter.script }),
  justification: common.justification,
  login: Type.Optional(Type.Boolean({ description: describeParameter.login })),
  sandbox_permissions: common.sandbox_permissions,
  timeout_ms: common.timeout_ms,
  workdir: common.workdir,
};

/** The arguments that the two tools share, decoded. */
interface CommonInput {
  readonly justification?: string;
  readonly sandbox_permissions?: string;
  readonly timeout_ms?: number;
  readonly timeout?: number;
  readonly with_escalated_permissions?: boolean;
  readonly workdir?: string;
}

const shellInput = Type.Object({ ...shellOffer, ...aliases });

function argvTool(name: string): Tool {
  return defineFunctionTool({
    name,
    admission: "exclusive",
    input: shellInput,
    handle: ({ command, ...input }, call, context) =>
      runArgv({ argv: command, snapshot: null, input, format: "structured" }, call, context),
  });
}

/** `shell`: runs one argv, without a shell in between. */
export const shellTool: OfferedTool = {
  tool: argvTool("shell"),
  spec: functionSpec("shell", describeShell, Type.Object(shellOffer, { additionalProperties: false })),
};

/** `local_shell`: the same as a tool that some models have built in. */
export const localShellTool: OfferedTool = { tool: argvTool("local_shell"), spec: { type: "local_shell" } };

/** The name that older models have for it; served, never offered. */
export const containerExecTool: Tool = argvTool("container.exec");

/** `shell_command`: runs a script in the user's shell, by default a login shell. */
export const shellCommandTool: OfferedTool = {
  tool: defineFunctionTool({
    name: "shell_command",
    admission: "exclusive",
    input: Type.Object({ ...shellCommandOffer, ...aliases }),
    async handle({ command, login, ...input }, call, context) {
      const started = await userShellCommand(command, login, context);
      return runArgv({ ...started, input, format: "freeform" }, call, context);
    },
  }),
  spec: functionSpec(
    "shell_command",
    describeShellCommand,
    Type.Object(shellCommandOffer, { additionalProperties: false }),
  ),
};

/** A command as one of the tools has it. */
interface Wanted {
  readonly argv: readonly string[];
  readonly snapshot: CommandPlan["snapshot"];
  readonly input: CommonInput;
  readonly format: CommandFormat;
}

async function runArgv(
  { argv, snapshot, input, format }: Wanted,
  call: ToolCall,
  context: ToolContext,
): Promise<ToolOutput> {
  if (argv.length === 0) return textOutput("command must not be empty");
  const legacy = input.with_escalated_permissions === true ? "require_escalated" : undefined;
  const permissions = readSandboxPermissions(input.sandbox_permissions ?? legacy);
  if (permissions.type === "unknown") return textOutput(permissions.message);
  const plan: CommandPlan = {
    callId: call.callId,
    toolName: call.name,
    argv,
    snapshot,
    cwd: resolve(context.settings.cwd, input.workdir ?? "."),
    timeoutMs: input.timeout_ms ?? input.timeout ?? DEFAULT_TIMEOUT_MS,
    escalated: permissions.type === "escalated",
    justification: input.justification ?? null,
  };
  return (await runPatchInCommand(plan, context)) ?? runCommandCall(plan, format, context);
}
