const NOTICE = `Cloud tasks are not part of Heddle: its threads run on this machine.

  heddle exec "..."     runs a task here
  heddle apply <task>   applies the change of a cloud task to the files here
  heddle app-server     serves a client that follows many threads at once

Cloud tasks themselves are at https://chatgpt.com/codex.
`;

/** `heddle cloud`: says what to use instead. @returns the exit code, 1. */
export function refuseCloud(): number {
  process.stderr.write(NOTICE);
  return 1;
}
