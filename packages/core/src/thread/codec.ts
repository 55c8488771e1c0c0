import type { ResponseItem } from "@heddle/models";
import type { JsonValue } from "@heddle/protocol";
import type { SandboxPolicy } from "@heddle/sandbox";
import { assertNever } from "../assert-never.ts";
import type { Replacement } from "../compaction/compact.ts";
import type { RepositoryState } from "../git/git-info.ts";
import type { ThreadSettings } from "../settings/settings.ts";
import type { StoredEvent } from "./events.ts";

/** Version of our event lines; a reader skips lines of a version that it does not know. */
export const EVENT_VERSION = 1;

/** What the first line of a rollout says about its thread. Shape of the reference, engine spec, section 21.2. */
export interface SessionMeta {
  readonly id: string;
  readonly timestamp: string;
  readonly cwd: string;
  readonly originator: string;
  readonly cli_version: string;
  readonly instructions: string | null;
  /** An object for a thread that works for another one. */
  readonly source: string | { readonly subagent: string };
  readonly model_provider: string;
  /** The thread that this one was copied from. Ours. */
  readonly forked_from_id?: string;
  /** Descriptions of tools that the client provides, as later versions of the reference have them. */
  readonly dynamic_tools?: readonly JsonValue[];
  readonly git?: { readonly commit_hash?: string; readonly branch?: string; readonly repository_url?: string };
}

export interface EncodedLine {
  readonly type: string;
  readonly payload: unknown;
}

export function encodeSessionMeta(meta: SessionMeta): EncodedLine {
  return { type: "session_meta", payload: meta };
}

export function encodeGit(state: RepositoryState): NonNullable<SessionMeta["git"]> {
  return {
    ...(state.sha === null ? {} : { commit_hash: state.sha }),
    ...(state.branch === null ? {} : { branch: state.branch }),
    ...(state.originUrl === null ? {} : { repository_url: state.originUrl }),
  };
}

export function encodeEvent(event: StoredEvent): EncodedLine {
  return { type: "event", payload: { v: EVENT_VERSION, event } };
}

export function encodeResponseItem(item: ResponseItem): EncodedLine {
  return { type: "response_item", payload: item };
}

/**
 * A compaction. The reference leaves the new history out where it can be made from the summary; with it, a resumed
 * thread has exactly what the model was told, plan and context of that moment included.
 */
export function encodeCompacted({ message, items }: Replacement): EncodedLine {
  return { type: "compacted", payload: { message, replacement_history: items } };
}

export function encodeTurnContext(settings: ThreadSettings): EncodedLine {
  const { cwd, approvalPolicy, sandboxPolicy, model, provider, effort, summary } = settings;
  return {
    type: "turn_context",
    payload: {
      cwd,
      approval_policy: approvalPolicy,
      sandbox_policy: encodeSandboxPolicy(sandboxPolicy),
      model,
      model_provider: provider,
      ...(effort === null ? {} : { effort }),
      summary,
    },
  };
}

function encodeSandboxPolicy(policy: SandboxPolicy): object {
  switch (policy.type) {
    case "read-only":
    case "danger-full-access":
      return { type: policy.type };
    case "workspace-write":
      return {
        type: policy.type,
        ...(policy.writableRoots.length === 0 ? {} : { writable_roots: policy.writableRoots }),
        network_access: policy.networkAccess,
        exclude_tmpdir_env_var: policy.excludeTmpdirEnvVar,
        exclude_slash_tmp: policy.excludeSlashTmp,
      };
    default:
      return assertNever(policy);
  }
}
