import { expect, test } from "vitest";
import { toPermissionQuestion } from "./permission.ts";

test.each([
  [["/usr/bin/git", "init", "my repo"], "/work", "Allow agent to run `/usr/bin/git init 'my repo'` in `/work`?"],
  [["/usr/bin/git"], "/my work", "Allow agent to run `/usr/bin/git` in `/my work`?"],
  [
    ["git status` in `/safe`?\n/git", "push"],
    "/a` \u001b[2K\u202e",
    'Allow agent to run `"git status\\u{60} in \\u{60}/safe\\u{60}?\\n/git" push` in `"/a\\u{60} \\u001b[2K\\u{202e}"`?',
  ],
])("%j in %s is asked about so that one sees where file and folder end", (command, workdir, message) => {
  expect(toPermissionQuestion(command, workdir)).toMatchObject({ message });
});
