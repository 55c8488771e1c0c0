/** What a hunk of a unified diff replaces by what. */
export interface Hunk {
  readonly oldText: string;
  readonly newText: string;
}

/** The hunks of a unified diff without file headers, each with its context; what is no line of a hunk ends it. */
export function hunksOf(diff: string): readonly Hunk[] {
  const hunks: { oldLines: string[]; newLines: string[] }[] = [];
  let current: (typeof hunks)[number] | null = null;
  for (const line of diff.split("\n")) {
    if (line.startsWith("@@")) {
      current = { oldLines: [], newLines: [] };
      hunks.push(current);
    } else if (current !== null) {
      const text = line.slice(1);
      if (line.startsWith("-")) current.oldLines.push(text);
      else if (line.startsWith("+")) current.newLines.push(text);
      else if (line.startsWith(" ")) {
        current.oldLines.push(text);
        current.newLines.push(text);
      } else if (!line.startsWith("\\")) current = null;
    }
  }
  return hunks.map(({ oldLines, newLines }) => ({ oldText: linesOf(oldLines), newText: linesOf(newLines) }));
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
