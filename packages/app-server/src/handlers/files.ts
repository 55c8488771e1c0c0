import type { ClientFiles } from "@heddle/core";
import { invalidRequest, type ClientMethod, type ParamsOf, type ResultOf } from "@heddle/protocol";
import { toRpcError } from "../errors.ts";
import type { Session } from "../session.ts";
import type { Handler } from "./handler.ts";

/**
 * The `fs/*` methods: a client may read and write what a sandboxed command of the server may, under the server's own
 * policy and in its own folder.
 */
function withFiles<M extends ClientMethod>(
  use: (files: ClientFiles, params: ParamsOf<M>, session: Session) => Promise<ResultOf<M>>,
): Handler<M> {
  return async (params, { session }) => {
    try {
      return await use(await filesOf(session), params, session);
    } catch (error) {
      throw toRpcError(error, "using files");
    }
  };
}

async function filesOf({ host }: Session): Promise<ClientFiles> {
  return host.engine.clientFiles(await host.loadConfig({}), host.cwd);
}

export const readFile = withFiles<"fs/readFile">(async (files, { path }) => ({
  dataBase64: Buffer.from(await files.read(path)).toString("base64"),
}));

export const writeFile = withFiles<"fs/writeFile">(async (files, { path, dataBase64 }) => {
  await files.write(path, readBase64(dataBase64));
  return {};
});

export const createDirectory = withFiles<"fs/createDirectory">(async (files, { path, recursive }) => {
  await files.createFolder(path, { recursive: recursive ?? true });
  return {};
});

export const getMetadata = withFiles<"fs/getMetadata">(async (files, { path }) => {
  const { isDirectory, isFile, isSymlink, createdAt, modifiedAt } = await files.facts(path);
  return { isDirectory, isFile, isSymlink, createdAtMs: createdAt.getTime(), modifiedAtMs: modifiedAt.getTime() };
});

export const readDirectory = withFiles<"fs/readDirectory">(async (files, { path }) => {
  const entries = await files.list(path);
  return { entries: entries.map(({ name, isDirectory, isFile }) => ({ fileName: name, isDirectory, isFile })) };
});

export const removePath = withFiles<"fs/remove">(async (files, { path, recursive, force }) => {
  await files.remove(path, { recursive: recursive ?? true, force: force ?? true });
  return {};
});

export const copyPath = withFiles<"fs/copy">(async (files, { sourcePath, destinationPath, recursive = false }) => {
  await files.copy(sourcePath, destinationPath, { recursive });
  return {};
});

export const watchPath = withFiles<"fs/watch">(async (files, { path, watchId }, session) => {
  const real = await files.locate(path);
  session.watches.add(watchId, { path, real });
  return { path: real };
});

export const unwatchPath: Handler<"fs/unwatch"> = ({ watchId }, { session }) => {
  session.watches.remove(watchId);
  return {};
};

function readBase64(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw invalidRequest("dataBase64 is not base64");
  return Buffer.from(text, "base64");
}
