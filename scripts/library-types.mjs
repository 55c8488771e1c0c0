// Writes the type declarations of the library into packages/cli/dist/types, with all that they mention and nothing else:
// no package of the workspace is published beside it. Runs when the package is packed (`prepack`), as it takes seconds.
import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..");
const packages = join(root, "packages");
const target = join(packages, "cli", "dist", "types");
const staging = join(root, "node_modules", `.heddle-types-${process.pid}`);

/** Packages whose declarations may be needed. */
const MENTIONED = ["client", "config", "models", "protocol"];
const TYPEBOX = "@sinclair/typebox";
const SHIM = "typebox.d.ts";

try {
  const entry = join("cli", "src", "embed.d.ts");
  await compile();
  const written = new Map();
  await collect(entry, written);
  await rm(target, { recursive: true, force: true });
  for (const [file, text] of written) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await writeFile(join(target, file), text);
  }
  await copyFile(join(import.meta.dirname, "build", "typebox-types.d.ts"), join(target, SHIM));
  await writeFile(join(target, "index.d.ts"), `export * from "./${specifier(entry)}";\n`);
  console.log(`types      ${written.size} files`);
} finally {
  await rm(staging, { recursive: true, force: true });
}

async function compile() {
  await mkdir(staging, { recursive: true });
  const config = join(staging, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: staging,
    rootDir: packages,
    typeRoots: [join(root, "node_modules", "@types")],
  };
  // Every file by itself: one that is only reached through `node_modules` counts as foreign and is not written.
  const include = MENTIONED.map((name) => join(packages, name, "src", "**", "*.ts"));
  const exclude = [join(packages, "*", "src", "**", "*.test.ts")];
  const files = [join(packages, "cli", "src", "embed.ts")];
  const text = JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, include, exclude, files });
  await writeFile(config, text);
  await promisify(execFile)(join(root, "node_modules", ".bin", "tsc"), ["-p", config]);
}

/** Takes in a declaration file and what it mentions; paths are relative to the folder of the packages. */
async function collect(file, written) {
  if (written.has(file)) return;
  written.set(file, "");
  const mentioned = [];
  const to = (other) => {
    mentioned.push(other);
    const path = relative(dirname(file), specifier(other));
    return path.startsWith(".") ? path : `./${path}`;
  };
  let text = await readFile(join(staging, file), "utf8");
  text = await replaceAsync(text, /^(import|export)( type)? \{([^}]*)\} from "@heddle\/([\w-]+)";$/gm, fromPackage);
  text = text.replaceAll(/(from |import\()"(\.[^"]*)\.ts"/g, (_, before, path) => {
    return `${before}"${to(join(dirname(file), `${path}.d.ts`))}"`;
  });
  text = text.replaceAll(`"${TYPEBOX}"`, () => `"${relative(dirname(file), SHIM).replace(/\.d\.ts$/, ".js")}"`);
  const foreign = /(?:from |import\()"((?!\.|node:)[^"]*)"/.exec(text)?.[1];
  if (foreign !== undefined)
    throw new Error(`${file} mentions ${foreign}, which the packed library does not bring along`);
  written.set(file, text);
  for (const other of mentioned) await collect(other, written);

  /** One import for each file of the package that a name comes from. */
  async function fromPackage([, keyword, type = "", names, name]) {
    const lines = [];
    for (const item of names.split(",").map((part) => part.trim())) {
      if (item === "") continue;
      const [own, as = own] = item.replace(/^type /, "").split(" as ");
      const source = await sourceOf(name, own);
      const given = source.name === as ? as : `${source.name} as ${as}`;
      lines.push(
        `${keyword}${type || (item.startsWith("type ") ? " type" : "")} { ${given} } from "${to(source.file)}";`,
      );
    }
    return lines.join("\n");
  }
}

/** Where the index of a package has a name from. */
async function sourceOf(name, exported) {
  const index = join(name, "src", "index.d.ts");
  const text = await readFile(join(staging, index), "utf8");
  for (const [, , names, path] of text.matchAll(/^export( type)? \{([^}]*)\} from "(\.[^"]*)\.ts";$/gm)) {
    for (const item of names.split(",").map((part) => part.trim().replace(/^type /, ""))) {
      const [own, as = own] = item.split(" as ");
      if (as === exported) return { name: own, file: join(dirname(index), `${path}.d.ts`) };
    }
  }
  throw new Error(`@heddle/${name} exports no ${exported}`);
}

/** As an import names a declaration file. */
function specifier(file) {
  return file.replace(/\.d\.ts$/, ".js");
}

async function replaceAsync(text, pattern, replace) {
  const made = await Promise.all([...text.matchAll(pattern)].map(replace));
  return text.replaceAll(pattern, () => made.shift());
}
