import { assertWithinManaged, ConfigError, type ResolvedConfig } from "@heddle/config";
import { invalidRequest, type PermissionProfileSummary } from "@heddle/protocol";
import { toRpcError } from "../errors.ts";
import { isGiven } from "../is-given.ts";
import type { Handler } from "./handler.ts";
import { offsetPage } from "./offset-page.ts";

/** The profiles are the sandbox modes: Heddle has no others. */
const PROFILES = [
  { id: ":read-only", mode: "read-only", description: "Commands read files; they write nothing and reach no network." },
  { id: ":workspace", mode: "workspace-write", description: "Commands write in the folder of the thread as well." },
  { id: ":danger-full-access", mode: "danger-full-access", description: "Commands run without a sandbox." },
] as const;

/** The sandbox mode that a profile stands for. @throws RpcError when there is no such profile. */
export function modeOfProfile(id: string): (typeof PROFILES)[number]["mode"] {
  const profile = PROFILES.find((known) => known.id === id);
  if (profile !== undefined) return profile.mode;
  throw invalidRequest(
    `there is no permission profile \`${id}\`: ask \`permissionProfile/list\` for those that there are`,
  );
}

/** `permissionProfile/list`: which of the profiles an administrator allows in a folder. */
export const listPermissionProfiles: Handler<"permissionProfile/list"> = async (params, { session }) => {
  const { cursor, limit, cwd } = params;
  try {
    const { managed } = await session.host.loadConfig(isGiven(cwd) ? { cwd } : {});
    const all = PROFILES.map(({ id, mode, description }): PermissionProfileSummary => ({
      id,
      description,
      allowed: isAllowed(managed, mode),
    }));
    return offsetPage(all, { cursor, limit, what: "profiles" });
  } catch (error) {
    throw toRpcError(error, "listing profiles");
  }
};

function isAllowed(managed: ResolvedConfig["managed"], sandboxMode: (typeof PROFILES)[number]["mode"]): boolean {
  try {
    assertWithinManaged(managed, { sandboxMode });
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
