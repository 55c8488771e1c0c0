/** The version of Landlock's interface from which on it keeps signals within the sandbox: Linux 6.12. */
const ABI_WITH_SIGNALS = 6;

/** What the helper alone does not protect, for people. */
export function helperGaps(landlockAbi: number): readonly string[] {
  return [
    ".git, .codex and .heddle in the writable roots can be changed; hooks and configuration are put back afterwards",
    "mode, owner and times of files outside the writable roots can be changed",
    ...(landlockAbi < ABI_WITH_SIGNALS
      ? ["your other processes, Heddle too, can be ended: before Linux 6.12 nothing keeps signals from them"]
      : []),
  ];
}
