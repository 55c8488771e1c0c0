/** `git branch|status|log|diff|show` without an option that writes, or that runs a program; no global option before. */
export function isSafeGit([subcommand, ...args]: readonly string[]): boolean {
  switch (subcommand) {
    case "status":
      return true;
    case "branch":
      return !args.some((arg) => isAnyOption(arg, BRANCH_CHANGES) || /^-[^-]*[cCdDfmMtu]/.test(arg));
    case "log":
    case "diff":
    case "show":
      return !args.some((arg) => arg !== "--text" && isAnyOption(arg, DIFF_EFFECTS));
    default:
      return false;
  }
}

const BRANCH_CHANGES = [
  "--copy",
  "--create-reflog",
  "--delete",
  "--edit-description",
  "--force",
  "--move",
  "--set-upstream-to",
  "--track",
  "--unset-upstream",
];
const DIFF_EFFECTS = ["--ext-diff", "--output", "--textconv"];

/** Git takes a long option by any beginning of its name, and its value after `=`. */
function isAnyOption(arg: string, options: readonly string[]): boolean {
  const name = arg.replace(/=.*$/s, "");
  return name.length > 2 && options.some((option) => option.startsWith(name));
}

/** The subcommand of a git call and what follows it, behind the options for git itself. */
export function gitSubcommand(args: readonly string[]): readonly string[] {
  let index = 0;
  while (args[index]?.startsWith("-") === true) index += VALUED_GLOBALS.has(args[index] ?? "") ? 2 : 1;
  return args.slice(index);
}

/** Options of git itself that take the next word as their value. */
const VALUED_GLOBALS = new Set([
  "-C",
  "-c",
  "--attr-source",
  "--config-env",
  "--git-dir",
  "--namespace",
  "--super-prefix",
  "--work-tree",
]);

/** Discards work: `git clean|reset|restore|rm`, `git checkout … -- FILE`. Source: exec policy spec, section 7. */
export function isDestructiveGit(args: readonly string[]): boolean {
  const [subcommand, ...rest] = gitSubcommand(args);
  if (subcommand === "checkout") return rest.includes("--");
  return subcommand !== undefined && ["clean", "reset", "restore", "rm"].includes(subcommand);
}
