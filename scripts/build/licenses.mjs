// The licences of what is bundled: the bundle carries no comments, and most licences ask for their text to be kept.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * The notices for the npm packages that `modules` (paths of bundled files) belong to, in the order of their names.
 */
export function licenseNotices(modules) {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== null));
  const packages = [...folders].map((folder) => ({
    ...JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
    text: licenseText(folder),
  }));
  packages.sort((a, b) => a.name.localeCompare(b.name));
  return packages
    .map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text.trim()}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** The folder of the npm package that a file is in; null for our own files. */
function packageFolder(file) {
  const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
  return match === null ? null : match[1];
}

function licenseText(folder) {
  const name = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  return name === undefined ? "(the package brings no text of its licence)" : readFileSync(join(folder, name), "utf8");
}
