import { expect, expectTypeOf, test } from "vitest";
import type { CommandExecutionItem, ThreadItem } from "../index.ts";
import { decode } from "../schema/decode.ts";
import { AskForApprovalSchema, SandboxModeSchema, type AskForApproval, type SandboxPolicy } from "./settings.ts";

const POLICIES = ["unlessTrusted", "onFailure", "onRequest", "never", "untrusted", "on-failure", "on-request"] as const;

test("the words of both dates are accepted, as they come", () => {
  for (const word of POLICIES) expect(decode(AskForApprovalSchema, word)).toEqual({ ok: true, value: word });
  expect(decode(SandboxModeSchema, "workspace-write")).toEqual({ ok: true, value: "workspace-write" });
  expect(decode(SandboxModeSchema, "workspacewrite")).toEqual({
    ok: false,
    reason: "unknown variant `workspacewrite`, expected one of `readOnly`, `workspaceWrite`, `dangerFullAccess`",
    path: "",
  });
  expectTypeOf<AskForApproval>().toEqualTypeOf<(typeof POLICIES)[number]>();
});

test("a tag narrows a union to its variant", () => {
  const policy: SandboxPolicy = { type: "read-only" };
  expect("writableRoots" in policy).toBe(false);
  expectTypeOf<Extract<SandboxPolicy, { writableRoots: unknown }>["type"]>().toEqualTypeOf<
    "workspaceWrite" | "workspace-write"
  >();
  expectTypeOf<Extract<ThreadItem, { type: "commandExecution" }>>().toEqualTypeOf<CommandExecutionItem>();
});
