/** The arguments of `rg` without an option that runs a program, or unpacks files with one, wherever it stands. */
export function isSafeRipgrep(args: readonly string[]): boolean {
  return !args.some(
    (arg) => arg === "--search-zip" || /^--(?:pre|hostname-bin)(?:=|$)/.test(arg) || /^-[^-]*z/.test(arg),
  );
}
