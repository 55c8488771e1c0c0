import { expect, test } from "vitest";
import { cutLine } from "./cut-line.ts";
import { indentedBlock, type BlockOptions } from "./indented-block.ts";

const SOURCE = `import x

# says hello
def outer(name):
    first = 1

    def inner():
        return name
    # between
    def second():
        return 2

def other():
    pass
`.split("\n");

function block(anchorText: string, options: Partial<BlockOptions> = {}): readonly string[] {
  const anchor = SOURCE.findIndex((line) => line.includes(anchorText));
  const defaults = { anchor, maxLevels: 0, includeSiblings: false, includeHeader: true, limit: 100 };
  const { start, end } = indentedBlock(SOURCE, { ...defaults, ...options });
  return SOURCE.slice(start, end);
}

test("a block grows to the line that opens it, with the comments above, and down to what ends it", () => {
  expect(block("return name", { maxLevels: 1 })).toEqual(["    def inner():", "        return name", "    # between"]);
  expect(block("return name")).toEqual([
    "# says hello",
    "def outer(name):",
    "    first = 1",
    "",
    "    def inner():",
    "        return name",
    "    # between",
    "    def second():",
    "        return 2",
    "",
    "def other():",
  ]);
});

test("without its header a block begins with the line that opens it", () => {
  expect(block("first", { includeHeader: false })[0]).toBe("def outer(name):");
});

test("siblings of the outermost indentation are left out unless they are wanted", () => {
  const withSiblings = block("return name", { maxLevels: 1, includeSiblings: true });
  expect(withSiblings).toContain("    first = 1");
  expect(withSiblings).toContain("        return 2");
  expect(withSiblings).not.toContain("def outer(name):");
});

test("a limit keeps what is next to the anchor", () => {
  expect(block("return name", { limit: 1 })).toEqual(["        return name"]);
  expect(block("return name", { limit: 3 })).toEqual(["    def inner():", "        return name", "    # between"]);
});

test("a line is cut at 500 bytes, between characters", () => {
  expect(cutLine("a".repeat(501))).toBe("a".repeat(500));
  expect(cutLine(`a${"ä".repeat(250)}`)).toBe(`a${"ä".repeat(249)}`);
  expect(cutLine("🧵".repeat(125))).toBe("🧵".repeat(125));
  expect(cutLine("🧵".repeat(126))).toBe("🧵".repeat(125));
});
