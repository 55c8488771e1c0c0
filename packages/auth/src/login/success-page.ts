import { encodeQuery, isDefaultIssuer, type Issuer } from "./issuer.ts";
import type { IdClaims } from "./claims.ts";

/** What the browser is told after a login. */
export interface LoginResult {
  /** Whether the account has to set up its organization before it can use the API. */
  readonly needsSetup: boolean;
  readonly organizationId: string;
  readonly projectId: string;
  readonly planType: string;
  readonly platformUrl: string;
}

export function loginResult(claims: IdClaims | null, issuer: Issuer): LoginResult {
  return {
    needsSetup: claims !== null && !claims.completedPlatformOnboarding && claims.isOrgOwner,
    organizationId: claims?.organizationId ?? "",
    projectId: claims?.projectId ?? "",
    planType: claims?.planType ?? "",
    platformUrl: isDefaultIssuer(issuer) ? "https://platform.openai.com" : "https://platform.api.openai.org",
  };
}

/** Where the browser is sent: no token is in it, because it stays in the browser's history. */
export function successPath({ needsSetup, organizationId, projectId, planType, platformUrl }: LoginResult): string {
  const query = encodeQuery([
    ["needs_setup", String(needsSetup)],
    ["org_id", organizationId],
    ["project_id", projectId],
    ["plan_type", planType],
    ["platform_url", platformUrl],
  ]);
  return `/success?${query}`;
}

/** The page at the end; made of the login itself, not of what the address says. */
export function successPage({ needsSetup, organizationId, projectId, planType, platformUrl }: LoginResult): string {
  const setup = encodeQuery([
    ["p", planType],
    ["with_org", organizationId],
    ["project_id", projectId],
  ]);
  const next = needsSetup
    ? `<p>Before you use the API, <a href="${escapeHtml(`${platformUrl}/org-setup?${setup}`)}">set up your organization</a>.</p>`
    : "";
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Logged in</title></head>
<body>
<h1>You are logged in</h1>
<p>Heddle has what it needs. You can close this window.</p>
${next}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
