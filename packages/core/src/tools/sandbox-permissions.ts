/** What a model asks for with a command. */
export type SandboxPermissions =
  | { readonly type: "default" }
  | { readonly type: "escalated" }
  | { readonly type: "unknown"; readonly message: string };

/** Reads `sandbox_permissions`; a word that is not known is told with those that are. Source: engine spec, section 6.3. */
export function readSandboxPermissions(wanted: string | undefined): SandboxPermissions {
  switch (wanted) {
    case undefined:
    case "use_default":
      return { type: "default" };
    case "require_escalated":
      return { type: "escalated" };
    default: {
      const message = `unknown sandbox_permissions \`${wanted}\`: use \`use_default\` or \`require_escalated\``;
      return { type: "unknown", message };
    }
  }
}
