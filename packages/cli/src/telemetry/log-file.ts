import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createStream, type RotatingFileStream } from "rotating-file-stream";
import { encodeLine, type LogLine } from "./log.ts";

/** A log file that starts anew when it is full. Closed by whoever opened it. */
export interface LogFile {
  /** Never throws; a disk that is full loses lines, not the turn. */
  write(line: LogLine): void;
  /** Resolves when all lines are in the file. */
  close(): Promise<void>;
}

const LOG_NAME = "heddle.log";
const LARGEST = "5M";
const KEPT_FILES = 3;

/** Opens `log/heddle.log` below the home; older ones are beside it, with a number behind the name. */
export async function openLogFile(home: string, onError: (error: Error) => void): Promise<LogFile> {
  const folder = join(home, "log");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stream: RotatingFileStream = createStream(LOG_NAME, {
    path: folder,
    size: LARGEST,
    rotate: KEPT_FILES,
    mode: 0o600,
  });
  stream.on("error", onError);
  return {
    write: (line) => void stream.write(encodeLine(line)),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
