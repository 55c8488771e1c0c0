import {
  describeForModel,
  detectPatchCall,
  PatchError,
  planPatch,
  type Patch,
  type ReadPort,
} from "@heddle/apply-patch";
import { decidePatch } from "@heddle/core";
import { explain, readHeredocCall, type CommandCall, type Explanation, type Policy } from "@heddle/execpolicy";
import type { Environment, SandboxPolicy } from "@heddle/sandbox";

/** A patch that a call turned out to be. */
export type PatchFinding =
  | { readonly detected: "patch"; readonly cwd: string; readonly changes: readonly PatchedFile[] }
  /** It does not parse or match (`error`), or there is nothing in it (`rejected`); the model gets the message. */
  | { readonly detected: "error" | "rejected"; readonly message: string };

interface PatchedFile {
  /** Absolute. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly movePath: string | null;
}

/** What would happen to a call, which may be a patch. */
export type CallExplanation = Explanation<PatchFinding | null>;

/** What a call is judged under. */
export interface CallSurroundings {
  readonly policy: Policy;
  /** The folder of the turn and of the call, absolute. */
  readonly cwd: string;
  readonly sandboxPolicy: SandboxPolicy;
  /** `TMPDIR` decides on a writable root. */
  readonly environment: Environment;
  /** The files that a patch is verified against. */
  readonly files: ReadPort;
}

/**
 * Says what would happen to a call, with the functions that decide when it does. Nothing is run or written; files are
 * read for a patch alone. Source: exec policy spec, section 11.
 */
export async function explainCall(call: CommandCall, surroundings: CallSurroundings): Promise<CallExplanation> {
  const { policy, cwd } = surroundings;
  const detected = detectPatchCall(call.argv, { cwd, readScript: readHeredocCall });
  switch (detected.type) {
    case "none":
      return explain(policy, call);
    case "error":
      return unusable({ detected: "error", message: detected.message });
    case "patch":
      return explainPatch(detected.patch, detected.cwd, call, surroundings);
  }
}

async function explainPatch(
  patch: Patch,
  patchCwd: string,
  { approvalPolicy }: CommandCall,
  { cwd, sandboxPolicy, environment, files }: CallSurroundings,
): Promise<CallExplanation> {
  const plan = await planPatch(patch, { cwd: patchCwd, files }).catch((error: unknown) => {
    if (error instanceof PatchError) return error;
    throw error;
  });
  if (plan instanceof PatchError) {
    const detected = plan.failure.kind === "empty-patch" ? "rejected" : "error";
    return unusable({ detected, message: describeForModel(plan) });
  }
  const changes = plan.changes.map(({ path, kind, movePath }) => ({ path, kind, movePath }));
  const applyPatch: PatchFinding = { detected: "patch", cwd: patchCwd, changes };
  const paths = [...plan.paths, ...plan.targets];
  const ruling = decidePatch({ paths, approvalPolicy, sandboxPolicy, cwd, environment });
  switch (ruling.type) {
    case "run":
      return { ...PATCH, outcome: "run", sandboxed: ruling.sandboxed, applyPatch };
    case "ask":
      return { ...PATCH, outcome: "ask", applyPatch };
    case "refused":
      return { ...PATCH, outcome: "forbidden-never", refusal: ruling.reason, applyPatch };
  }
}

/** What is the same for every patch: no commands, so that no rule has a say. */
const PATCH = {
  plain: false,
  commands: [],
  class: "neither",
  matchedRules: [],
  decision: "allow",
  sandboxed: false,
  reason: null,
  refusal: null,
  proposedAmendment: null,
  commandActions: [],
} as const;

function unusable(applyPatch: Extract<PatchFinding, { readonly message: string }>): CallExplanation {
  return { ...PATCH, outcome: "forbidden", refusal: applyPatch.message, applyPatch };
}
