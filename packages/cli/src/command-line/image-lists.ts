/** Words that end a list of images when no file has that name: a client puts them right behind its `--image`. */
const SUBCOMMANDS = new Set(["resume", "review", "help"]);

/**
 * Rewrites `-i a.png,b.png c.png` to one `--image=` per file, for a parser that takes one value at a time. Every bare
 * word behind the option belongs to it, up to a subcommand's name.
 */
export function expandImageLists(argv: readonly string[], isFile: (path: string) => boolean): string[] {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const expanded: string[] = [];
  let list: "none" | "empty" | "filled" = "none";
  const closeList = (): void => {
    if (list === "empty") expanded.push("--image"); // without a value: the parser says so
    list = "none";
  };
  for (const word of argv.slice(0, end)) {
    const attached = /^(?:--image=|-i=?)(.+)$/s.exec(word)?.[1];
    const isValue = !word.startsWith("-") && (!SUBCOMMANDS.has(word) || isFile(word));
    if (word === "-i" || word === "--image") {
      closeList();
      list = "empty";
    } else if (attached !== undefined || (list !== "none" && isValue)) {
      expanded.push(...imageOptions(attached ?? word));
      list = "filled";
    } else {
      closeList();
      expanded.push(word);
    }
  }
  closeList();
  return [...expanded, ...argv.slice(end)];
}

function imageOptions(list: string): string[] {
  return list.split(",").map((file) => `--image=${file}`);
}
