import { isObject } from "../is-object.ts";

/** What an id token says about its account; null where it says nothing. */
export interface IdClaims {
  readonly email: string | null;
  /** As the service spells it. */
  readonly planType: string | null;
  readonly accountId: string | null;
  readonly organizationId: string | null;
  readonly projectId: string | null;
  readonly completedPlatformOnboarding: boolean;
  readonly isOrgOwner: boolean;
}

/** The claim that holds those of the service itself. */
const SERVICE_CLAIM = "https://api.openai.com/auth";

/**
 * Reads an id token. It is not verified: it came from the issuer over TLS, and nothing is granted because of it.
 * Null when it is no JWT.
 */
export function readIdClaims(idToken: string): IdClaims | null {
  const claims = readPayload(idToken);
  if (claims === null) return null;
  const service = claims[SERVICE_CLAIM];
  const own = isObject(service) ? service : {};
  return {
    email: text(claims["email"]),
    planType: text(own["chatgpt_plan_type"]),
    accountId: text(own["chatgpt_account_id"]),
    organizationId: text(own["organization_id"]),
    projectId: text(own["project_id"]),
    completedPlatformOnboarding: own["completed_platform_onboarding"] === true,
    isOrgOwner: own["is_org_owner"] === true,
  };
}

/** When a JWT ends, null when it does not say, or is none. */
export function readExpiry(jwt: string): Date | null {
  const seconds = readPayload(jwt)?.["exp"];
  return typeof seconds === "number" && Number.isFinite(seconds) ? new Date(seconds * 1000) : null;
}

function readPayload(jwt: string): Readonly<Record<string, unknown>> | null {
  const parts = jwt.split(".");
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return isObject(claims) ? claims : null;
  } catch {
    return null;
  }
}

function text(claim: unknown): string | null {
  return typeof claim === "string" && claim !== "" ? claim : null;
}
