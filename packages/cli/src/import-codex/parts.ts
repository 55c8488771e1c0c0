/** A part of the reference's home that is taken over. */
export interface ImportPart {
  /** As people read it. */
  readonly name: "config" | "instructions" | "rules" | "prompts" | "skills" | "threads";
  /** A file or folder below the home, the same on both sides. */
  readonly path: string;
  /** Which of the files below a folder are meant, by their path below it. Default: all. */
  readonly takes?: (path: string) => boolean;
}

const isRollout = (path: string): boolean => /(?:^|\/)rollout-[^/]+\.jsonl$/.test(path);

/** What is taken, in the order in which it is told. Source: configuration spec, section 1. */
export const PARTS: readonly ImportPart[] = [
  { name: "config", path: "config.toml" },
  { name: "instructions", path: "AGENTS.md" },
  { name: "instructions", path: "AGENTS.override.md" },
  { name: "rules", path: "policy", takes: (path) => /^[^/]+\.codexpolicy$/.test(path) },
  { name: "rules", path: "rules", takes: (path) => /^[^/]+\.rules$/.test(path) },
  { name: "prompts", path: "prompts", takes: (path) => path.endsWith(".md") },
  { name: "skills", path: "skills" },
  { name: "threads", path: "sessions", takes: isRollout },
  { name: "threads", path: "archived_sessions", takes: isRollout },
];

/** Why something of the reference's home stays there. What is not named here is told as unknown. */
export const LEFT: Readonly<Record<string, string>> = {
  "auth.json": "a login is not copied: run `heddle login`",
  ".credentials.json": "logins of MCP servers are not copied: run `heddle mcp login NAME`",
  ".env": "may hold secrets: copy what you want by hand",
  "history.jsonl": "the history of prompts belongs to the terminal that wrote it",
  "managed_config.toml": "an administrator's file",
  "models_cache.json": "a cache: it is made anew",
  "version.json": "of the other program",
  "internal_storage.json": "of the other program",
  log: "logs",
  tmp: "temporary files",
  shell_snapshots: "temporary files",
};
