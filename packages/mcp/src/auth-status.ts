/** How a server is used: without a login, with one that is missing, with a token of the environment, with a stored login. */
export type McpAuthStatus = "unsupported" | "notLoggedIn" | "bearerToken" | "oAuth";
