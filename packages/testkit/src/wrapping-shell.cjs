#!/usr/bin/env node
"use strict";
// A stand-in for a Bash that honours BASH_EXEC_WRAPPER: `wrapping-shell.cjs -c|-lc SCRIPT` runs the commands of a script,
// which `;`, `&&` or `&` end, each by way of the wrapper when the variable names one. Words may be quoted with '; NAME=VALUE
// in front of a command counts for it, `exec 2>&-` closes standard error of all that come.
const { spawn } = require("node:child_process");
const { accessSync, constants } = require("node:fs");
const { delimiter, join } = require("node:path");

async function main() {
  const [option, script = ""] = process.argv.slice(2);
  if (option !== "-c" && option !== "-lc") return 2;
  const background = [];
  let last = 0;
  for (const [, text, end] of script.matchAll(/((?:'[^']*'|[^;&'])*)(;|&&|&|$)/g)) {
    const words = [...text.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ""));
    if (words.length === 0) continue;
    const running = run(words);
    if (end === "&") background.push(running);
    else last = await running;
    if (end === "&&" && last !== 0) break;
  }
  await Promise.all(background);
  return last;
}

function run(words) {
  const env = { ...process.env };
  while (/^\w+=/.test(words[0])) {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(words.shift());
    env[name] = value;
  }
  const [name, ...args] = words;
  const file = find(name, env.PATH);
  if (file === null) {
    process.stderr.write(`${name}: command not found\n`);
    return Promise.resolve(127);
  }
  const wrapper = env.BASH_EXEC_WRAPPER?.trim();
  const child = wrapper
    ? spawn(wrapper, [file, name, ...args], { env, stdio: "inherit" })
    : spawn(file, args, { env, stdio: "inherit", argv0: name });
  return new Promise((resolve) => {
    child.once("error", (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(126);
    });
    child.once("exit", (code) => resolve(code ?? 128));
  });
}

function find(name, path = "") {
  if (name.includes("/")) return name;
  const found = path.split(delimiter).map((folder) => join(folder, name));
  return found.find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

void main().then((code) => process.exit(code));
