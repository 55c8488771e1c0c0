import { bashCompletion } from "./bash.ts";
import { elvishCompletion } from "./elvish.ts";
import { fishCompletion } from "./fish.ts";
import { powershellCompletion } from "./powershell.ts";
import type { CompletionShell } from "./shells.ts";
import type { CompletionCommand } from "./tree.ts";
import { zshCompletion } from "./zsh.ts";

/** The script that makes a shell complete a command line. */
export function completionScript(shell: CompletionShell, program: CompletionCommand): string {
  switch (shell) {
    case "bash":
      return bashCompletion(program);
    case "elvish":
      return elvishCompletion(program);
    case "fish":
      return fishCompletion(program);
    case "powershell":
      return powershellCompletion(program);
    case "zsh":
      return zshCompletion(program);
  }
}
