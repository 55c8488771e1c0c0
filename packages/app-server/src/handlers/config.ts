import { ConfigError, readConfig, writeConfig, type ConfigWrite } from "@heddle/config";
import { internalError, invalidRequest, type ConfigWriteResponse } from "@heddle/protocol";
import type { Session } from "../session.ts";
import type { Handler } from "./handler.ts";

/** `config/read`: the merged configuration as the files have it, and the layer of each value. */
export const readConfiguration: Handler<"config/read"> = async ({ includeLayers }, { session }) => {
  try {
    const { config, origins, layers } = await readConfig(session.host.configSources);
    return { config, origins, ...(includeLayers ? { layers } : {}) };
  } catch (error) {
    throw readFailure(error);
  }
};

/** `config/value/write`: a batch of one. */
export const writeConfigValue: Handler<"config/value/write"> = ({ keyPath, value, mergeStrategy, ...target }, call) =>
  write({ ...target, edits: [{ keyPath, value, mergeStrategy }] }, call.session);

/** `config/batchWrite`: all edits or none. Running threads keep what they have; new ones see the file. */
export const writeConfigBatch: Handler<"config/batchWrite"> = (batch, { session }) => write(batch, session);

async function write(
  { edits, filePath = null, expectedVersion = null }: ConfigWriteParams,
  session: Session,
): Promise<ConfigWriteResponse> {
  const outcome = await writeConfig(session.host.configSources, { edits, filePath, expectedVersion }).catch((error) => {
    throw readFailure(error);
  });
  if (!outcome.ok) throw invalidRequest(outcome.message, { config_write_error_code: outcome.code });
  const { status, version, filePath: file, overriddenMetadata } = outcome;
  return { status, version, filePath: file, overriddenMetadata };
}

/** The members of a batch as the protocol reads them. */
type ConfigWriteParams = { readonly [Member in keyof ConfigWrite]: ConfigWrite[Member] | undefined } & {
  readonly edits: ConfigWrite["edits"];
};

/** What went wrong with files or with what is in them is no fault of the request. */
function readFailure(error: unknown): unknown {
  if (!(error instanceof ConfigError)) return error;
  switch (error.failure.kind) {
    case "unwritable":
    case "edit":
      return internalError(`failed to persist config.toml: ${error.message}`, { cause: error });
    case "unreadable":
    case "syntax":
    case "override":
    case "home":
      return internalError(`failed to read configuration layers: ${error.message}`, { cause: error });
    default:
      return internalError(`invalid configuration: ${error.message}`, { cause: error });
  }
}
