import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAllowRule, proposableAmendment } from "./amendment.ts";
import { parsePolicy } from "./rules/parse-policy.ts";

test("a rule line looks as the reference writes it", () => {
  expect(formatAllowRule(["touch", 'a "b".txt'])).toBe(
    'prefix_rule(pattern=["touch", "a \\"b\\".txt"], decision="allow")',
  );
});

test("a rule line reads back as the rule it was written for, whatever the tokens", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (prefix) => {
      const [rule, ...others] = parsePolicy([{ path: "x", text: formatAllowRule(prefix) }]).rules;
      expect([rule?.pattern, rule?.decision, others]).toEqual([prefix.map((token) => [token]), "allow", []]);
    }),
  );
});

test("an empty prefix and half a character are refused", () => {
  expect(() => formatAllowRule([])).toThrow("prefix rule requires at least one token");
  expect(() => formatAllowRule(["a\ud800"])).toThrow("not valid Unicode");
});

test("a prefix is not proposed when its rule would never match again or could not be written", () => {
  const long = "x".repeat(201);
  expect(
    [
      ["bash", "-lc", "ls > x"],
      ["bash", "-lc", long],
      ["/bin/zsh", "-c", "a\nb"],
      ["pwsh.exe", "-Command", long],
      ["python3", "-c", "a\nb"],
      ["a", "\udc00"],
      [],
    ].map(proposableAmendment),
  ).toEqual([["bash", "-lc", "ls > x"], null, null, null, ["python3", "-c", "a\nb"], null, null]);
});
