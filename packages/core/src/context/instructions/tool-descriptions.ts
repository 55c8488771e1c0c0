import { PATCH_FORMAT } from "./apply-patch.ts";

// What models read about the tools they are offered. These texts are part of every request and of what providers
// cache: short, and the same for the life of a thread.

export const describeShell = `Runs a program and returns its output and exit code.
- \`command\` is an argument list that is executed as it is, without a shell. For pipes, redirections or several commands, pass \`["bash", "-lc", "<script>"]\`.
- Say in \`workdir\` where it runs, every time, instead of changing folders with \`cd\`.`;

export const describeShellCommand = `Runs a script in the user's shell and returns its output and exit code.
- Say in \`workdir\` where it runs, every time, instead of changing folders with \`cd\`.`;

export const describeExecCommand = `Runs a command in a terminal of its own. Returns the output so far and, if the command is still running by then, a session id with which \`write_stdin\` goes on.`;

export const describeWriteStdin = `Types into a running \`exec_command\` session and returns what it has printed since. With empty \`chars\` it only waits for output.`;

export const describeUpdatePlan = `Shows the user the plan for this task: replaces the whole list of steps.
Mark one step as \`in_progress\`, the one you are at. Explain when the plan changes.`;

/** The format is given as a grammar beside it. */
export const describeApplyPatchFreeform = `Edits files: adds, changes, moves and deletes them by one patch. The input is the patch itself, as plain text; do not wrap it in JSON.`;

export const describeApplyPatchFunction = `Edits files: adds, changes, moves and deletes them by one patch, given as \`input\`.

${PATCH_FORMAT}`;

export const describeViewImage = `Attaches an image file from this machine to the conversation, so that you can see it. Use it only for images that the user refers to by a path, or that you made and have to check.`;

export const describeListMcpResources = `Lists what MCP servers have to read: files, schemas, records and the like. Look here before you search the web.`;

export const describeListMcpResourceTemplates = `Lists the parameterised addresses under which MCP servers have something to read. Look here before you search the web.`;

export const describeReadMcpResource = `Reads one resource of an MCP server.`;

export const describeGrepFiles = `Searches the contents of files. Returns the paths of those that match, most recently changed first.`;

export const describeReadFile = `Reads a part of a text file with line numbers: a range of lines, or the block around a line as its indentation shows it.`;

export const describeListDir = `Lists a folder with its subfolders, marked by kind.`;

export const describeTestSyncTool = `For the runtime's own tests: waits, and meets other calls at a barrier.`;

/** What models read about parameters; those whose name and type say it all have none. */
export const describeParameter = {
  argv: "The program and its arguments.",
  script: "The script, as the shell is to read it.",
  workdir: "Folder to run in; relative ones count from the turn's working directory, which is the default.",
  timeoutMs: "After how many milliseconds the command is ended. Default 10000.",
  login: "Whether the shell reads the user's login profile. Default true; false starts faster.",
  sandboxPermissions:
    'Where to run: "use_default" in the sandbox, "require_escalated" outside of it, if the user consents. Default "use_default".',
  justification:
    'Only with "require_escalated": one short question that tells the user what the command is for and asks for consent.',
  plan: "All steps, in order.",
  planStatus: 'One of "pending", "in_progress", "completed".',
  patch: "The whole patch, from `*** Begin Patch` to `*** End Patch`.",
  imagePath: "Path of the image; relative ones count from the turn's working directory.",
  execCommand: "The command, as the shell is to read it.",
  execShell: "Shell to use instead of the user's.",
  sessionId: "The id that `exec_command` returned.",
  chars: "What to type; may be empty.",
  yieldTimeMs: "How many milliseconds to wait for output before returning.",
  maxOutputTokens: "How much output to return at most; the middle of more is left out.",
  mcpServer: "Name of the server, as configured.",
  mcpServerFilter: "Name of the one server to ask. Default: all.",
  mcpCursor: "Where to go on: `nextCursor` of the previous answer of the same server.",
  mcpUri: "Address of the resource, as a list gave it.",
  grepPattern: "Regular expression in ripgrep's syntax.",
  grepInclude: 'Glob that limits the files, such as "*.ts" or "*.{ts,tsx}".',
  grepPath: "File or folder to search. Default: the turn's working directory.",
  grepLimit: "How many paths to return at most. Default 100, at most 2000.",
  readPath: "Absolute path of the file.",
  readOffset: "First line, counted from 1. Default 1.",
  readLimit: "How many lines to return at most. Default 2000.",
  readMode: '"slice" for a range of lines (default), "indentation" for the block around a line.',
  readAnchor: "The line around which the block grows. Default: the offset.",
  readMaxLevels: "How many enclosing blocks to include; 0, the default, for all.",
  readSiblings: "Whether to include blocks of the same indentation. Default false.",
  readHeader: "Whether to include the comment lines directly above the block. Default true.",
  readMaxLines: "Limit for the block alone.",
  listPath: "Absolute path of the folder.",
  listOffset: "First entry, counted from 1. Default 1.",
  listLimit: "How many entries to return at most. Default 25.",
  listDepth: "How many levels of subfolders to show. Default 2.",
} as const;
