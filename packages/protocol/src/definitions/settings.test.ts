import { expectTypeOf, test } from "vitest";
import type { CommandExecutionItem, ThreadItem } from "../index.ts";
import type { AskForApproval, SandboxPolicy } from "./settings.ts";

test("types hold the words of both dates, and tags narrow", () => {
  expectTypeOf<AskForApproval>().toEqualTypeOf<
    "unlessTrusted" | "onFailure" | "onRequest" | "never" | "untrusted" | "on-failure" | "on-request"
  >();
  expectTypeOf<Extract<SandboxPolicy, { writableRoots: unknown }>["type"]>().toEqualTypeOf<
    "workspaceWrite" | "workspace-write"
  >();
  expectTypeOf<Extract<ThreadItem, { type: "commandExecution" }>>().toEqualTypeOf<CommandExecutionItem>();
});
