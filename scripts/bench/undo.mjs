// What keeping the state of files costs where nothing changes: a repository of many files, one command per turn.
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { median, repeat, timed, withServer } from "./measures.mjs";

const UNSURE = "bench unsure";
const FILES_PER_FOLDER = 100;
const run = promisify(execFile);

/** The same turns with and without the feature: what it adds to each, and to the first one. Not for a peer. */
export async function measureUndo(target, { files, commands, dir }) {
  if (target.name !== "heddle") return {};
  const cwd = join(dir, "many-files");
  await makeRepository(cwd, files);
  try {
    const withUndo = await measureTurns({ ...target, cwd }, commands);
    const appServer = [...target.appServer, "-c", "features.undo=false"];
    const without = await measureTurns({ ...target, cwd, appServer }, commands);
    return {
      undoWall: withUndo.wall - without.wall,
      undoCpu: withUndo.cpu - without.cpu,
      undoFirst: withUndo.first - without.first,
    };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

function measureTurns(target, commands) {
  return withServer(target, async (server) => {
    const thread = await server.startThread();
    const first = await timed(() => server.runTurn(thread, UNSURE));
    const before = server.cpuMs();
    const times = await repeat(commands, () => timed(() => server.runTurn(thread, UNSURE)));
    return { first, wall: median(times), cpu: (server.cpuMs().own - before.own) / commands };
  });
}

/** Everything is committed, some time ago by the clock of the file system. */
async function makeRepository(cwd, files) {
  for (let folder = 0; folder * FILES_PER_FOLDER < files; folder += 1) {
    const path = join(cwd, `area-${folder % 50}`, `part-${folder}`);
    await mkdir(path, { recursive: true });
    const names = Array.from({ length: FILES_PER_FOLDER }, (_, file) => join(path, `file-${file}.ts`));
    await Promise.all(names.map((name) => writeFile(name, `// ${name}\nexport const value = 1;\n`)));
  }
  const git = (...args) =>
    run("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0", ...args], { cwd });
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "all of it");
}
