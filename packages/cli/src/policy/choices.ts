/** The approval policies, as a person and a configuration file write them. */
export const APPROVAL_POLICIES = ["untrusted", "on-failure", "on-request", "never"] as const;
/** The sandbox modes, likewise. */
export const SANDBOX_MODES = ["read-only", "workspace-write", "danger-full-access"] as const;
