import { describe, expect, test } from "vitest";
import { readHeredocCall } from "./heredoc-call.ts";

describe("a patch in a here-document", () => {
  const body = "*** Begin Patch\n*** Add File: a\n+$x `y`\n*** End Patch";

  test.each([
    [`apply_patch <<'EOF'\n${body}\nEOF`, null],
    [`applypatch <<EOF\n${body}\nEOF\n`, null],
    [`\n\n  apply_patch <<-"E O F"\n${body}\n\n\nE O F\n\n`, null],
    [`A=1 B=$x apply_patch << EOF\n${body}\nEOF`, null],
    [`cd sub/dir && apply_patch <<'EOF'\n${body}\nEOF`, "sub/dir"],
    [`cd 'a b' && apply_patch <<EOF\n${body}\nEOF`, "a b"],
    [`cd "a b" &&\napply_patch <<EOF\n${body}\nEOF`, "a b"],
    [`cd a\\ b && apply_patch <<EOF\n${body}\nEOF`, "a b"],
  ])("is recognised in %j", (script, cd) => {
    expect(readHeredocCall(script)).toEqual({
      program: script.includes("apply_") ? "apply_patch" : "applypatch",
      cd,
      body,
    });
  });

  test("may hold any characters, but for its frame", () => {
    expect([
      readHeredocCall("apply_patch <<'EOF'\n+a\r\n+\u001b[0m\u00a0\nEOF")?.body,
      readHeredocCall("apply_patch <<'EOF'\r\n+a\r\nEOF\r\n"),
      readHeredocCall("apply_patch\u000b <<'EOF'\n+a\nEOF"),
    ]).toEqual(["+a\r\n+\u001b[0m\u00a0", null, null]);
  });

  test.each([
    `apply-patch <<EOF\n${body}\nEOF`,
    `./apply_patch <<EOF\n${body}\nEOF`,
    `apply_patch <<EOF\n${body}\n`,
    `apply_patch -v <<EOF\n${body}\nEOF`,
    `apply_patch <<EOF x\n${body}\nEOF`,
    `apply_patch <<EOF > log\n${body}\nEOF`,
    `apply_patch 3<<EOF\n${body}\nEOF`,
    `apply_patch <<A <<B\n${body}\nA\n${body}\nB`,
    `apply_patch <<EOF\n${body}\nEOF\nls`,
    `apply_patch <<EOF && ls\n${body}\nEOF`,
    `apply_patch <<EOF | cat\n${body}\nEOF`,
    `apply_patch <<EOF &\n${body}\nEOF`,
    `! apply_patch <<EOF\n${body}\nEOF`,
    `time apply_patch <<EOF\n${body}\nEOF`,
    `(apply_patch <<EOF\n${body}\nEOF\n)`,
    `# why\napply_patch <<EOF\n${body}\nEOF`,
    `apply_patch <<EOF # why\n${body}\nEOF`,
    `ls && apply_patch <<EOF\n${body}\nEOF`,
    `cd a; apply_patch <<EOF\n${body}\nEOF`,
    `cd a || apply_patch <<EOF\n${body}\nEOF`,
    `cd a && cd b && apply_patch <<EOF\n${body}\nEOF`,
    `cd a b && apply_patch <<EOF\n${body}\nEOF`,
    `cd && apply_patch <<EOF\n${body}\nEOF`,
    `cd $HOME && apply_patch <<EOF\n${body}\nEOF`,
    `cd ~/x && apply_patch <<EOF\n${body}\nEOF`,
    `cd a* && apply_patch <<EOF\n${body}\nEOF`,
    `apply_patch '${body}'`,
    `echo apply_patch`,
    "apply_patch",
  ])("is not recognised in %j", (script) => {
    expect(readHeredocCall(script)).toBeNull();
  });
});
