import { expect, test } from "vitest";
import { tamperingNote, withNote } from "./tampering.ts";

test("a command that changed what is protected is told so on a line of its own", () => {
  const note = tamperingNote({ tampered: ["/w/.git/hooks/pre-commit", "/w/.git/config"] });
  const line =
    "sandbox: not permitted, and put back where possible: the command changed /w/.git/hooks/pre-commit, /w/.git/config\n";
  expect(withNote("", note)).toBe(line);
  expect(withNote("done\n", note)).toBe(`done\n${line}`);
  expect(withNote("done", note)).toBe(`done\n${line}`);
});

test("nothing is added for any other command", () => {
  expect(withNote("done", tamperingNote({ tampered: [] }))).toBe("done");
});
