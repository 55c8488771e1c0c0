import type { BrowserLogin, BrowserLoginOptions } from "./browser-login.ts";

/**
 * Begins a login in the browser: authorization code with PKCE, the browser comes back to a port of this machine.
 * What is stored becomes the only login. The code is loaded with the first login: most processes have none.
 * @throws AuthError `loginServer` when the port cannot be had.
 */
export async function startBrowserLogin(options: BrowserLoginOptions): Promise<BrowserLogin> {
  const module = await import("./browser-login.ts");
  return module.startBrowserLogin(options);
}
