import { expect, test } from "vitest";
import { readExpiry, readIdClaims } from "./claims.ts";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test("claims are read from the middle part, those of the service from their own object", () => {
  const service = { chatgpt_plan_type: "team", chatgpt_account_id: "acc", is_org_owner: true };
  const token = `h.${encode({ email: "a@b.c", "https://api.openai.com/auth": service, exp: 60 })}.s`;

  expect(readIdClaims(token)).toEqual({
    email: "a@b.c",
    planType: "team",
    accountId: "acc",
    organizationId: null,
    projectId: null,
    completedPlatformOnboarding: false,
    isOrgOwner: true,
  });
  expect(readExpiry(token)).toEqual(new Date(60_000));
});

test.each(["", "a.b", "a..c", "h.%%%.s", `h.${encode([1])}.s`, `h.${encode("x")}.s`, `h.${encode({})}.s.t`])(
  "`%s` is no JWT",
  (token) => {
    expect([readIdClaims(token), readExpiry(token)]).toEqual([null, null]);
  },
);
