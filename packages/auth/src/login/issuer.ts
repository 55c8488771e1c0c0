/** Who issues the tokens of a ChatGPT login, and as whom it knows this program. */
export interface Issuer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly clientId: string;
}

const DEFAULT_ISSUER: Issuer = { url: "https://auth.openai.com", clientId: "app_EMoamEEZ73f0CkXaXp7hrann" };

/** The issuer, which `HEDDLE_LOGIN_ISSUER` and `HEDDLE_LOGIN_CLIENT_ID` can replace. */
export function issuerOf(env: Readonly<Record<string, string | undefined>>): Issuer {
  return {
    url: (env["HEDDLE_LOGIN_ISSUER"]?.trim() || DEFAULT_ISSUER.url).replace(/\/+$/, ""),
    clientId: env["HEDDLE_LOGIN_CLIENT_ID"]?.trim() || DEFAULT_ISSUER.clientId,
  };
}

/** Whether this is the issuer that the program comes with. */
export function isDefaultIssuer({ url }: Issuer): boolean {
  return url === DEFAULT_ISSUER.url;
}

/** Where the browser begins; the order of the parameters is part of it. Source: authentication spec, section 4. */
export function authorizeUrl(options: {
  readonly issuer: Issuer;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly state: string;
  /** The program on whose behalf this is. */
  readonly originator: string;
  /** The only workspace that may log in, null for any. */
  readonly workspaceId: string | null;
}): string {
  const { issuer, redirectUri, challenge, state, originator, workspaceId } = options;
  const parameters: readonly (readonly [string, string])[] = [
    ["response_type", "code"],
    ["client_id", issuer.clientId],
    ["redirect_uri", redirectUri],
    ["scope", "openid profile email offline_access"],
    ["code_challenge", challenge],
    ["code_challenge_method", "S256"],
    ["id_token_add_organizations", "true"],
    ["codex_cli_simplified_flow", "true"],
    ["state", state],
    ["originator", originator],
    ...(workspaceId === null ? [] : [["allowed_workspace_id", workspaceId] as const]),
  ];
  return `${issuer.url}/oauth/authorize?${encodeQuery(parameters)}`;
}

/** Percent-encoded, a space as `%20`: also what the token endpoint takes as a form. */
export function encodeQuery(parameters: readonly (readonly [name: string, value: string])[]): string {
  return parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}
