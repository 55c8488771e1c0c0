import { fileURLToPath } from "node:url";
import { Language, Parser, type Node } from "web-tree-sitter";

/**
 * A second reader of shell scripts, with the same answer as `readPlainScript` but on the grammar of tree-sitter-bash:
 * the commands of a plain script, or null.
 */
export type GrammarReader = (script: string) => string[][] | null;

export async function loadGrammarReader(): Promise<GrammarReader> {
  await Parser.init();
  const wasm = fileURLToPath(new URL("./fixtures/tree-sitter-bash.wasm", import.meta.url));
  const parser = new Parser();
  parser.setLanguage(await Language.load(wasm));
  return (script) => {
    const tree = parser.parse(script);
    if (tree === null) return null;
    try {
      return readTree(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
}

const SEQUENCES = new Set(["program", "list", "pipeline"]);
const JOINTS = new Set(["&&", "||", ";", "|", "\n"]);

function readTree(root: Node): string[][] | null {
  if (root.hasError) return null;
  const commands: string[][] = [];
  const visit = (node: Node): boolean => {
    if (!node.isNamed) return JOINTS.has(node.type);
    if (SEQUENCES.has(node.type)) return node.children.every((child) => child !== null && visit(child));
    const words = node.type === "command" ? readCommand(node) : null;
    if (words === null) return false;
    commands.push(words);
    return true;
  };
  return visit(root) ? commands : null;
}

function readCommand(command: Node): string[] | null {
  const words: string[] = [];
  for (const child of command.children) {
    const word = child === null ? null : readWord(child);
    if (word === null) return null;
    words.push(word);
  }
  return words;
}

function readWord(node: Node): string | null {
  switch (node.type) {
    case "command_name": {
      const [name] = node.children;
      return name?.type === "word" ? name.text : null;
    }
    case "word":
    case "number":
      return node.namedChildCount === 0 ? node.text : null;
    case "raw_string":
      return node.text.slice(1, -1);
    case "string": {
      const isLiteral = node.namedChildCount > 0 && node.namedChildren.every((part) => part?.type === "string_content");
      return isLiteral ? node.text.slice(1, -1) : null;
    }
    default:
      return null;
  }
}
