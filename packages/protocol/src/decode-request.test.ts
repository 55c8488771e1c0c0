import { describe, expect, test } from "vitest";
import { decodeRequest } from "./decode-request.ts";
import { clientMethods } from "./registry.ts";

function reasonFor(method: string, params?: unknown): string {
  const decoded = decodeRequest(clientMethods, { method, params });
  return decoded.ok ? "ok" : decoded.reason;
}

describe("a bad request gets the reference's reason", () => {
  test.each([
    ["thread/start", undefined, "missing field `params`"],
    ["thread/start", null, "invalid type: null, expected struct ThreadStartParams"],
    ["thread/start", [1], "invalid type: sequence, expected struct ThreadStartParams"],
    ["thread/start", { cwd: 5 }, "invalid type: integer `5`, expected a string"],
    ["thread/start", { sandbox: true }, "invalid type: boolean `true`, expected string or map"],
    ["thread/archive", {}, "missing field `threadId`"],
    ["thread/list", { limit: -1 }, "invalid value: integer `-1`, expected u32"],
    ["thread/list", { limit: 1.5 }, "invalid type: floating point `1.5`, expected u32"],
    ["turn/start", { threadId: "t", input: {} }, "invalid type: map, expected a sequence"],
    ["turn/start", { threadId: "t", input: [{ text: "x" }] }, "missing field `type`"],
    [
      "turn/start",
      { threadId: "t", input: [{ type: "video" }] },
      "unknown variant `video`, expected one of `text`, `image`, `localImage`, `skill`",
    ],
    [
      "turn/start",
      { threadId: "t", input: [], effort: "enormous" },
      "unknown variant `enormous`, expected one of `none`, `minimal`, `low`, `medium`, `high`, `xhigh`",
    ],
  ])("%s %j", (method, params, reason) => {
    expect(reasonFor(method, params)).toBe(reason);
  });

  test("an unknown method: the reason lists the methods of the registry it was read against", () => {
    const { initialize, "thread/start": threadStart } = clientMethods;
    const decoded = decodeRequest({ initialize, "thread/start": threadStart }, { method: "no/such" });
    expect(decoded).toEqual({
      ok: false,
      reason: "unknown variant `no/such`, expected `initialize` or `thread/start`",
      path: "method",
    });
  });

  test("a name that every object has is no method", () => {
    expect(reasonFor("constructor", {})).toMatch(/^unknown variant `constructor`/);
  });
});

test("unknown members are ignored, and null stands for an absent optional one", () => {
  const params = { threadId: "t", input: [], cwd: null, later: { more: 1 } };
  expect(decodeRequest(clientMethods, { method: "turn/start", params })).toEqual({
    ok: true,
    method: "turn/start",
    params,
  });
});

test("the later spellings are accepted and stay; what a policy leaves out is off", () => {
  const params = { threadId: "t", input: [], approvalPolicy: "on-request", sandboxPolicy: { type: "workspace-write" } };
  expect(decodeRequest(clientMethods, { method: "turn/start", params })).toEqual({
    ok: true,
    method: "turn/start",
    params: {
      threadId: "t",
      input: [],
      approvalPolicy: "on-request",
      sandboxPolicy: {
        type: "workspace-write",
        writableRoots: [],
        networkAccess: false,
        excludeTmpdirEnvVar: false,
        excludeSlashTmp: false,
      },
    },
  });
});
