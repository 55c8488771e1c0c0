/** The shells that a completion script is made for. */
export const COMPLETION_SHELLS = ["bash", "elvish", "fish", "powershell", "zsh"] as const;
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];
