import type { BrowserLogin, BrowserLoginOptions } from "./browser-login.ts";
import type { DeviceLoginOptions } from "./device-login.ts";

/**
 * Begins a login in the browser: authorization code with PKCE, the browser comes back to a port of this machine.
 * What is stored becomes the only login. The code is loaded with the first login: most processes have none.
 * @throws AuthError `loginServer` when the port cannot be had.
 */
export async function startBrowserLogin(options: BrowserLoginOptions): Promise<BrowserLogin> {
  const module = await import("./browser-login.ts");
  return module.startBrowserLogin(options);
}

/**
 * Logs in on another device: the person types a code in there, and this program asks until that is done. What is stored
 * becomes the only login. The code is loaded when it is used.
 * @throws AuthError `loginFailed`, `unwritable`. @throws the reason of `signal`.
 */
export async function deviceLogin(options: DeviceLoginOptions): Promise<void> {
  const module = await import("./device-login.ts");
  return module.deviceLogin(options);
}
